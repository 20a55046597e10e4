Feature: Toolbox and scopes
  The Toolbox lists by category the nodes that a scope of the logic can use.
  (toolbox/overview, each node's page)

  @must @TBX-1
  Rule: The nodes are in the category Socket.IO; event listener nodes are in its subcategory Events

    Scenario Outline: A Socket.IO node stands in its category
      Given a new project
      When the Toolbox of the scope "Project" is opened
      Then it lists "<node>" under "<category>"

      Examples:
        | node                  | category                          |
        | Socket.IO Send        | Communication > Socket.IO          |
        | Socket.IO Start       | Communication > Socket.IO          |
        | Socket.IO Stop        | Communication > Socket.IO          |
        | Socket.IO Subscribe   | Communication > Socket.IO          |
        | Socket.IO Unsubscribe | Communication > Socket.IO          |
        | On Socket.IO Error    | Communication > Socket.IO > Events |
        | On Socket.IO Receive  | Communication > Socket.IO > Events |
        | On Socket.IO Start    | Communication > Socket.IO > Events |
        | On Socket.IO Stop     | Communication > Socket.IO > Events |

  @must @TBX-2
  Rule: Each Socket.IO node is available in the scopes Project and Scene, and works alike in both

    Scenario Outline: A scope offers all Socket.IO nodes
      Given a new project
      When the Toolbox of the scope "<scope>" is opened
      Then it lists the Socket.IO nodes

      Examples:
        | scope   |
        | Project |
        | Scene   |

    Scenario Outline: A connection is started by nodes of the scope Scene
      Given a project with the connection "main"
      And "<node>" is in the scope "Scene"
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses

      Examples:
        | node               |
        | Socket.IO Start    |
        | On Socket.IO Start |

    Scenario Outline: A connection is stopped by nodes of the scope Scene
      Given a project with the connection "main"
      And "<node>" is in the scope "Scene"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses

      Examples:
        | node              |
        | Socket.IO Stop    |
        | On Socket.IO Stop |

    Scenario: A Send node of the scope Scene sends
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And "sender" is in the scope "Scene"
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "hello"

    Scenario Outline: An event is received by nodes of the scope Scene
      Given a project with the connection "main"
      And an "On Socket.IO Receive" node "receiver" for "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news |
      And "<node>" is in the scope "Scene"
      And the connection "main" is established
      And "subscribe" has received a pulse and finished
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

      Examples:
        | node      |
        | subscribe |
        | receiver  |

    Scenario: An Unsubscribe node of the scope Scene ends a subscription
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Unsubscribe" node "unsubscribe" for "main" with
        | Event Name | news |
      And "unsubscribe" is in the scope "Scene"
      And "unsubscribe" has received a pulse and finished
      When the server emits the event "news" with "too late"
      Then "receiver" does not pulse

    Scenario: An On Error node of the scope Scene executes
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And "on error" is in the scope "Scene"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses

    Scenario: A new subscription is noticed in the scope Scene
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Subscribe" node "listener" for "main"
      And "listener" is in the scope "Scene"
      And the connection "main" is established
      When "action" receives a pulse
      Then "listener" pulses

    Scenario: The end of a subscription is noticed in the scope Scene
      Given a project with the connection "main"
      And a "Socket.IO Unsubscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Unsubscribe" node "listener" for "main"
      And "listener" is in the scope "Scene"
      And "receiver" listens to the event "news" of "main"
      When "action" receives a pulse
      Then "listener" pulses

  @must @TBX-3
  Rule: No Socket.IO node is available in Function or Prefab

    Scenario Outline: A scope offers no Socket.IO node
      Given a new project
      When the Toolbox of the scope "<scope>" is opened
      Then it lists no Socket.IO node

      Examples:
        | scope    |
        | Function |
        | Prefab   |

  @may @TBX-4
  Rule: On Socket.IO Subscribe and On Socket.IO Unsubscribe may be missing

    Scenario: Which of the optional event listener nodes are there
      Given a new project
      When the Toolbox of the scope "Project" is opened
      Then it is noted which of the optional event listener nodes it lists
