Feature: Nodes in general
  The attributes that all nodes have, and the rules for pulse and data connections.
  (modules/logic-editor)

  @must @NOD-1
  Rule: Every node has Name, Type and Enabled; nodes with a pulse input have Pulse Pass Through

    Scenario Outline: A node with a pulse input has the four common attributes
      When the node type "<node>" is looked up
      Then it has the attributes
        | name               | editable | default |
        | Name               | no       |         |
        | Type               | no       |         |
        | Enabled            | yes      | on      |
        | Pulse Pass Through | yes      | off     |

      Examples:
        | node                  |
        | Socket.IO Send        |
        | Socket.IO Start       |
        | Socket.IO Stop        |
        | Socket.IO Subscribe   |
        | Socket.IO Unsubscribe |

    Scenario Outline: An event listener node has no Pulse Pass Through
      When the node type "<node>" is looked up
      Then it has the attributes
        | name    | editable | default |
        | Name    | no       |         |
        | Type    | no       |         |
        | Enabled | yes      | on      |
      But it has no attribute "Pulse Pass Through"

      Examples:
        | node                 |
        | On Socket.IO Error   |
        | On Socket.IO Receive |
        | On Socket.IO Start   |
        | On Socket.IO Stop    |

  @must @NOD-2
  Rule: A node that is not enabled is ignored, and so are the nodes after it

    @dwell
    Scenario: A disabled node does nothing and ends the branch
      Given a project with the connections "main" and "other"
      And "Enabled" of "Socket.IO Start" is switched "off"
      And the pulse of "Socket.IO Start" leads to "Socket.IO Start (other)"
      When "Socket.IO Start" receives a pulse
      Then "Socket.IO Start" does not pulse
      And the server sees no connection
      And the server of "other" sees no connection

    Scenario: A disabled node of the scope Scene does nothing
      Given a project with the connection "main"
      And "Socket.IO Start" is in the scope "Scene"
      And "Enabled" of "Socket.IO Start" is switched "off"
      When "Socket.IO Start" receives a pulse
      Then "Socket.IO Start" does not pulse
      And the server sees no connection

    @dwell
    Scenario: A disabled event listener node starts no branch
      Given a project with the connections "main" and "other"
      And "Enabled" of "On Socket.IO Start" is switched "off"
      And the pulse of "On Socket.IO Start" leads to "Socket.IO Start (other)"
      When "Socket.IO Start" receives a pulse
      Then the server sees one connection established
      And "On Socket.IO Start" does not pulse
      And the server of "other" sees no connection

    @dwell
    Scenario: A disabled On Stop node starts no branch
      Given a project with the connections "main" and "other"
      And "Enabled" of "On Socket.IO Stop" is switched "off"
      And the pulse of "On Socket.IO Stop" leads to "Socket.IO Start (other)"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then the connection "main" is terminated
      And "On Socket.IO Stop" does not pulse
      And the server of "other" sees no connection

    Scenario: A disabled On Receive node starts no branch
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And an "On Socket.IO Receive" node "disabled" for "main"
      And "Enabled" of "disabled" is switched "off"
      And the pulse of "disabled" leads to "Socket.IO Start (other)"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses
      But the server of "other" sees no connection

    Scenario: A disabled On Error node starts no branch
      Given a project with the connections "main" and "other"
      And an "On Socket.IO Error" node "disabled" for "main"
      And "Enabled" of "disabled" is switched "off"
      And the pulse of "disabled" leads to "Socket.IO Start (other)"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then the server refuses the connection
      And the server of "other" sees no connection

    Scenario: A disabled On Subscribe node does not pulse
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Subscribe" node "disabled" for "main"
      And "Enabled" of "disabled" is switched "off"
      And the connection "main" is established
      When "action" receives a pulse
      Then "action" pulses
      But "disabled" does not pulse

    Scenario: A disabled On Unsubscribe node does not pulse
      Given a project with the connection "main"
      And a "Socket.IO Unsubscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Unsubscribe" node "disabled" for "main"
      And "Enabled" of "disabled" is switched "off"
      And "receiver" listens to the event "news" of "main"
      When "action" receives a pulse
      Then "action" pulses
      But "disabled" does not pulse

    Scenario Outline: A branch ends before a disabled node, wherever that is
      Given a project with the connections "main" and "other"
      And a "<node>" node "disabled" for "main"
      And "Enabled" of "disabled" is switched "off"
      And the pulse of "<first>" leads to "<second>" and on to "<third>"
      When "<first>" receives a pulse
      Then "disabled" does not pulse
      And "<third>" does not pulse

      Examples: First on its branch
        | node           | first    | second                  | third                  |
        | Socket.IO Stop | disabled | Socket.IO Start (other) | Socket.IO Stop (other) |

      Examples: In the middle of its branch
        | node            | first                   | second   | third                  |
        | Socket.IO Start | Socket.IO Start (other) | disabled | Socket.IO Stop (other) |

      Examples: Last on its branch
        | node            | first                   | second                 | third    |
        | Socket.IO Start | Socket.IO Start (other) | Socket.IO Stop (other) | disabled |

    Scenario Outline: A branch ends before a disabled node for messages, wherever that is
      Given a project with the connections "main" and "other"
      And a "<node>" node "disabled" for "main"
      And "Enabled" of "disabled" is switched "off"
      And the pulse of "<first>" leads to "<second>" and on to "<third>"
      And the connection "main" is established
      When "<first>" receives a pulse
      Then "disabled" does not pulse
      And "<third>" does not pulse

      Examples: First on its branch
        | node                | first    | second                  | third                  |
        | Socket.IO Subscribe | disabled | Socket.IO Start (other) | Socket.IO Stop (other) |

      Examples: In the middle of its branch
        | node                  | first                   | second   | third                  |
        | Socket.IO Send        | Socket.IO Start (other) | disabled | Socket.IO Stop (other) |
        | Socket.IO Unsubscribe | Socket.IO Start (other) | disabled | Socket.IO Stop (other) |

      Examples: Last on its branch
        | node           | first                   | second                 | third    |
        | Socket.IO Send | Socket.IO Start (other) | Socket.IO Stop (other) | disabled |

    Scenario Outline: A disabled Stop node ends no connection, whether pulses could pass or not
      Given a project with the connection "main"
      And "Enabled" of "Socket.IO Stop" is switched "off"
      And "Pulse Pass Through" of "Socket.IO Stop" is switched "<passing>"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then the connection "main" stays open

      Examples:
        | passing |
        | off     |
        | on      |

    Scenario Outline: A disabled Send node sends nothing, whether pulses could pass or not
      Given a project with the connection "main"
      And a "Socket.IO Send" node "disabled" for "main" with
        | Event Name | greeting |
      And "Enabled" of "disabled" is switched "off"
      And "Pulse Pass Through" of "disabled" is switched "<passing>"
      And the connection "main" is established
      When "disabled" receives a pulse
      Then the server receives no event

      Examples:
        | passing |
        | off     |
        | on      |

    Scenario: A disabled Unsubscribe node ends no subscription
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Unsubscribe" node "disabled" for "main" with
        | Event Name | news |
      And "Enabled" of "disabled" is switched "off"
      And "disabled" has received a pulse
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

    Scenario: A disabled Subscribe node subscribes to nothing
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "disabled" for "main" with
        | Event Name | news |
      And "Enabled" of "disabled" is switched "off"
      And an "On Socket.IO Subscribe" node "subscribed" for "main"
      And the connection "main" is established
      When "disabled" receives a pulse
      Then "subscribed" does not pulse

  @must @NOD-3
  Rule: A node with Pulse Pass Through is not evaluated, but the nodes after it are executed

    @dwell
    Scenario: A pulse passes through a node without evaluating it
      Given a project with the connections "main" and "other"
      And "Pulse Pass Through" of "Socket.IO Start" is switched "on"
      And the pulse of "Socket.IO Start" leads to "Socket.IO Start (other)"
      When "Socket.IO Start" receives a pulse
      Then the server of "other" sees one connection established
      And the server sees no connection

    Scenario Outline: A pulse passes through a node, wherever that is
      Given a project with the connections "main" and "other"
      And a "<node>" node "passed" for "main"
      And "Pulse Pass Through" of "passed" is switched "on"
      And the pulse of "<first>" leads to "<second>" and on to "Socket.IO Stop (other)"
      And the connection "main" is established
      When "<first>" receives a pulse
      Then "Socket.IO Stop (other)" pulses
      And the connection "main" stays open

      Examples: First on its branch
        | node           | first  | second                  |
        | Socket.IO Stop | passed | Socket.IO Start (other) |

      Examples: In the middle of its branch
        | node            | first                   | second |
        | Socket.IO Start | Socket.IO Start (other) | passed |

    Scenario: A pulse passes through the last node of a branch
      Given a project with the connections "main" and "other"
      And "Pulse Pass Through" of "Socket.IO Stop" is switched "on"
      And the pulse of "Socket.IO Start (other)" leads to "Socket.IO Stop"
      And the connection "main" is established
      When "Socket.IO Start (other)" receives a pulse
      Then "On Socket.IO Start (other)" pulses
      And the connection "main" stays open

    Scenario Outline: A pulse passes through a node for messages, wherever that is
      Given a project with the connections "main" and "other"
      And a "<node>" node "passed" for "main"
      And "Pulse Pass Through" of "passed" is switched "on"
      And the pulse of "<first>" leads to "<second>" and on to "Socket.IO Stop (other)"
      And the connection "main" is established
      When "<first>" receives a pulse
      Then "Socket.IO Stop (other)" pulses
      And the server receives no event

      Examples: First on its branch
        | node                  | first  | second                  |
        | Socket.IO Unsubscribe | passed | Socket.IO Start (other) |

      Examples: In the middle of its branch
        | node                  | first                   | second |
        | Socket.IO Send        | Socket.IO Start (other) | passed |
        | Socket.IO Subscribe   | Socket.IO Start (other) | passed |

    Scenario: A pulse passes through Unsubscribe without ending the subscription
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Unsubscribe" node "passed" for "main" with
        | Event Name | news |
      And "Pulse Pass Through" of "passed" is switched "on"
      And "passed" has received a pulse
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

    Scenario: A pulse passes through Subscribe without subscribing
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "passed" for "main" with
        | Event Name | news |
      And "Pulse Pass Through" of "passed" is switched "on"
      And an "On Socket.IO Subscribe" node "subscribed" for "main"
      And the connection "main" is established
      When "passed" receives a pulse
      Then "subscribed" does not pulse

  @must @NOD-4
  Rule: A pulse input can have several connections; a pulse output has at most one

    Scenario: Two branches lead to one node
      Given a project with the connections "main" and "other"
      And the pulse of "Socket.IO Start" leads to "Socket.IO Start (other)"
      And the pulse of "On Socket.IO Stop (other)" leads to "Socket.IO Start (other)"
      And "Socket.IO Start" has received a pulse
      And "On Socket.IO Start (other)" has pulsed
      When "Socket.IO Stop (other)" receives a pulse
      Then "Socket.IO Start (other)" pulses a second time

    Scenario: A pulse input that has a connection takes another one
      Given a project with the connections "main" and "other"
      And the pulse of "Socket.IO Start" leads to "Socket.IO Start (other)"
      When the user connects the pulse of "On Socket.IO Stop (other)" to "Socket.IO Start (other)"
      Then the connection is accepted

    Scenario: A pulse input that has two connections takes a third
      Given a project with the connections "main" and "other"
      And the pulse of "Socket.IO Start" leads to "Socket.IO Start (other)"
      And the pulse of "On Socket.IO Stop (other)" leads to "Socket.IO Start (other)"
      When the user connects the pulse of "On Socket.IO Start" to "Socket.IO Start (other)"
      Then the connection is accepted

    Scenario: A second connection from a pulse output is refused or replaces the first
      Given a project with the connections "main" and "other"
      And the pulse of "Socket.IO Start" leads to "Socket.IO Start (other)"
      And the user also tried to connect the pulse of "Socket.IO Start" to "Socket.IO Stop"
      When "Socket.IO Start" receives a pulse
      Then exactly one of "Socket.IO Start (other)" and "Socket.IO Stop" pulses

  @must @NOD-5
  Rule: A data input has at most one connection; a data output can have several; data types must match

    Scenario: One data output feeds two nodes
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "Message" of "receiver" feeds "Message" of the sending node "first"
      And "Message" of "receiver" feeds "Message" of the sending node "second"
      And the pulse of "receiver" leads to "first" and on to "second"
      When the server emits the event "news" with "for both"
      Then the server receives the event "first" with "for both"
      And the server receives the event "second" with "for both"

    Scenario: A data output that takes another connection keeps the first
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "Message" of "receiver" feeds "Message" of the sending node "first"
      And "Trigger Name" of "receiver" feeds "Event Name" of the sending node "second"
      And the pulse of "receiver" leads to "first"
      And "Message" of "receiver" was connected to "Message" of "second"
      When the server emits the event "news" with "for both"
      Then the server receives the event "first" with "for both"

    Scenario: A second connection to a data input is refused or replaces the first
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "Message" of "receiver" feeds "Message" of the sending node "first"
      And the pulse of "receiver" leads to "first"
      And the user also tried to connect "Trigger Name" of "receiver" to "Message" of "first"
      When the server emits the event "news" with "a message"
      Then the server receives the event "first" with either "a message" or "news"

    Scenario Outline: Sockets of two data types cannot be connected
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main"
      And an "On Socket.IO Receive" node "receiver" for "main"
      When the user connects "<output>" of "receiver" to "<input>" of "sender"
      Then the connection is refused

      Examples:
        | output       | input       |
        | Message      | Pulse Input |
        | Pulse Output | Message     |

  @must @NOD-6
  Rule: A data connection carries a value and never triggers a node

    @dwell
    Scenario: A data connection alone does not execute a node
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "Message" of "receiver" feeds "Message" of the sending node "first"
      When the server emits the event "news" with "a message"
      Then "receiver" pulses
      But "first" does not pulse
      And the server receives no event

  @must @NOD-7
  Rule: A data input has its attribute's value, unless a data connection gives the input a value

    Scenario: An input without a connection takes the attribute's value
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "Trigger Name" of "receiver" feeds "Event Name" of the sending node "first"
      And "Message" of "first" is "from attribute"
      And the pulse of "receiver" leads to "first"
      When the server emits the event "news" with "from connection"
      Then the server receives the event "news" with "from attribute"

    Scenario: A connection wins over the attribute
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "Message" of "receiver" feeds "Message" of the sending node "first"
      And "Message" of "first" is "from attribute"
      And the pulse of "receiver" leads to "first"
      When the server emits the event "news" with "from the connection"
      Then the server receives the event "first" with "from the connection"

    Scenario: A connection of Namespace wins over an attribute that was set
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      And "Namespace" of "receiver" feeds "Namespace" of the sending node "first"
      And "Namespace" of "first" is "/elsewhere"
      And "Message" of "first" is "greeting"
      And the pulse of "receiver" leads to "first"
      When the server emits the event "news" in the namespace "/chat" with "hello"
      Then the server receives the event "first" in the namespace "/chat" with "greeting"

    Scenario: A connection from On Error gives its value
      Given a project with the connections "main" and "other"
      And an "On Socket.IO Error" node "on error" for "other"
      And "Message" of "on error" feeds "Message" of the sending node "report"
      And the pulse of "on error" leads to "report"
      And the server of "other" refuses connections with the message "not today"
      And the connection "main" is established
      When "Socket.IO Start (other)" receives a pulse
      Then the server receives the event "report" with the "Message" of "on error"

  @must @NOD-8
  Rule: A pulse tells the next node to execute after the node before it has finished

    Scenario: The nodes of a branch execute one after the other
      Given a project with the connections "main" and "other"
      And the pulse of "Socket.IO Start" leads to "Socket.IO Start (other)"
      When "Socket.IO Start" receives a pulse
      Then "Socket.IO Start (other)" pulses
      And "Socket.IO Start" pulsed before "Socket.IO Start (other)"

    Scenario Outline: A branch goes on after a node for messages
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And a "<node>" node "action" for "main" with
        | Event Name | news |
      And the pulse of "Socket.IO Start (other)" leads to "action" and on to "Socket.IO Stop (other)"
      When "Socket.IO Start (other)" receives a pulse
      Then "Socket.IO Stop (other)" pulses
      And "action" pulsed before "Socket.IO Stop (other)"

      Examples:
        | node                  |
        | Socket.IO Send        |
        | Socket.IO Subscribe   |
        | Socket.IO Unsubscribe |

    Scenario: A pulse takes a connection that was made while the project runs
      Given a project with the connections "main" and "other"
      And the pulse of "On Socket.IO Start" was connected to "Socket.IO Start (other)"
      When "Socket.IO Start" receives a pulse
      Then "Socket.IO Start (other)" pulses

  @must @NOD-9
  Rule: No branch executes without an event that initiates it

    @dwell
    Scenario: Nothing happens in a project without an event
      Given a project with the connections "main" and "other"
      When the project is opened
      Then no node pulses
      And the server sees no connection
      And the server of "other" sees no connection
