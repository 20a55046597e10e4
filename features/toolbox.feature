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

    Scenario: A Start node of the scope Scene starts a connection
      Given a project with the connections "main" and "other"
      And "Socket.IO Start (other)" is in the scope "Scene"
      And the connection "main" was established and stopped
      When "Socket.IO Start (other)" receives a pulse
      Then "On Socket.IO Start (other)" pulses

    Scenario: A Stop node of the scope Scene stops a connection
      Given a project with the connections "main" and "other"
      And "Socket.IO Stop (other)" is in the scope "Scene"
      And the connection "main" was established and stopped
      And the connection "other" is established
      When "Socket.IO Stop (other)" receives a pulse
      Then "On Socket.IO Stop (other)" pulses

    Scenario: A Send node of the scope Scene sends
      Given a project with the connection "main"
      And a "Socket.IO Send" node "project sender" for "main" with
        | Event Name | greeting     |
        | Message    | from Project |
      And a "Socket.IO Send" node "scene sender" for "main" in the scope "Scene" with
        | Event Name | answer     |
        | Message    | from Scene |
      And the connection "main" is established
      And "project sender" has received a pulse and finished
      And the server has received the event "greeting" with "from Project"
      When "scene sender" receives a pulse
      Then the server receives the event "answer" with "from Scene"

    Scenario: A Subscribe node of the scope Scene subscribes to an event
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Subscribe" node "scene subscribe" for "main" in the scope "Scene" with
        | Event Name | alert |
      And "receiver" has executed for the event "news"
      And "scene subscribe" has received a pulse and finished
      When the server emits the event "alert" with "hello"
      Then "receiver" pulses with
        | Trigger Name | alert |

    Scenario: An event of a namespace is received in both scopes
      Given a project with the connection "main"
      And an "On Socket.IO Receive" node "scene receiver" for "main"
      And "scene receiver" is in the scope "Scene"
      And an "On Socket.IO Receive" node "second receiver" for "main"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      When the server emits the event "news" in the namespace "/chat" with "hello"
      Then "receiver" pulses
      And "scene receiver" pulses

    Scenario: An Unsubscribe node of the scope Scene ends a subscription
      Given a project with the connection "main"
      And "receiver" listens to the events "news" and "alert" of "main"
      And a "Socket.IO Unsubscribe" node "scene unsubscribe" for "main" in the scope "Scene" with
        | Event Name | alert |
      And the event "news" in the namespace "/" of "main" was unsubscribed from
      And "receiver" has not executed for the event "news"
      And "scene unsubscribe" has received a pulse and finished
      When the server emits the event "alert" with "too late"
      Then "receiver" does not pulse

    Scenario: An On Start node of the scope Scene executes
      Given a project with the connection "main"
      And an "On Socket.IO Start" node "second" for "main"
      And an "On Socket.IO Start" node "in Scene" for "main" in the scope "Scene"
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses
      And "in Scene" pulses

    Scenario: An On Stop node of the scope Scene executes
      Given a project with the connection "main"
      And an "On Socket.IO Stop" node "second" for "main"
      And an "On Socket.IO Stop" node "in Scene" for "main" in the scope "Scene"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses
      And "in Scene" pulses

    Scenario: An On Receive node of the scope Scene executes
      Given a project with the connection "main"
      And "first" listens to the event "news" of "main"
      And an "On Socket.IO Receive" node "second" for "main"
      And an "On Socket.IO Receive" node "in Scene" for "main" in the scope "Scene"
      When the server emits the event "news" with "hello"
      Then "first" pulses
      And "in Scene" pulses

    Scenario: An On Error node of the scope Scene executes
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "first" for "main"
      And an "On Socket.IO Error" node "second" for "main"
      And an "On Socket.IO Error" node "in Scene" for "main" in the scope "Scene"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then "first" pulses
      And "in Scene" pulses

    Scenario: An On Subscribe node of the scope Scene executes
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Subscribe" node "first" for "main"
      And an "On Socket.IO Subscribe" node "second" for "main"
      And an "On Socket.IO Subscribe" node "in Scene" for "main" in the scope "Scene"
      And the connection "main" is established
      When "action" receives a pulse
      Then "in Scene" pulses

    Scenario: An On Unsubscribe node of the scope Scene executes
      Given a project with the connection "main"
      And a "Socket.IO Unsubscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Unsubscribe" node "first" for "main"
      And an "On Socket.IO Unsubscribe" node "second" for "main"
      And an "On Socket.IO Unsubscribe" node "in Scene" for "main" in the scope "Scene"
      And "receiver" listens to the event "news" of "main"
      When "action" receives a pulse
      Then "in Scene" pulses

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
