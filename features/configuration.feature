Feature: Configuration
  Every Socket.IO node has the attribute Configuration. It names the connection of Project Settings
  that the node acts on or listens to. (each node's page)

  @must @CFG-1
  Rule: Each Socket.IO node has the drop-down Configuration; in a new node nothing is chosen

    Scenario Outline: Configuration is a drop-down without a choice made
      When the node type "<node>" is looked up
      Then its attribute "Configuration" is a drop-down in which nothing is chosen

      Examples:
        | node                  |
        | Socket.IO Send        |
        | Socket.IO Start       |
        | Socket.IO Stop        |
        | Socket.IO Subscribe   |
        | Socket.IO Unsubscribe |
        | On Socket.IO Error    |
        | On Socket.IO Receive  |
        | On Socket.IO Start    |
        | On Socket.IO Stop     |

    Scenario: In a new node nothing is chosen although there is a connection
      Given the connection "lamps" was added to Project Settings
      When the node type "Socket.IO Start" is looked up
      Then its attribute "Configuration" is a drop-down in which nothing is chosen

  @must @CFG-2
  Rule: Configuration offers the names of the connections in Project Settings

    Scenario: A connection that is added becomes a choice
      Given the connection "lamps" was added to Project Settings
      When the connection "doors" is added to Project Settings
      Then "Configuration" of "Socket.IO Start" offers exactly "lamps, doors"

    Scenario: A connection that is removed is no longer a choice
      Given the connection "lamps" was added to Project Settings
      And the connection "doors" was added to Project Settings
      When the connection "lamps" is removed from Project Settings
      Then "Configuration" of "Socket.IO Start" offers exactly "doors"

  @must @CFG-3
  Rule: A node acts on, or listens to, the chosen connection and no other

    Scenario: Start opens the chosen connection and no other
      Given a project with the connections "main" and "other"
      When "Socket.IO Start (other)" receives a pulse
      Then "On Socket.IO Start (other)" pulses
      And the server sees no connection
      And "On Socket.IO Start" does not pulse

    Scenario Outline: Stop stops the chosen connection and no other
      Given a project with the connections "main" and "other" over "<transport>"
      And the connection "main" is established
      And the connection "other" is established
      When "Socket.IO Stop (other)" receives a pulse
      Then "On Socket.IO Stop (other)" pulses
      And the connection "main" stays open
      And "On Socket.IO Stop" does not pulse

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: A connection that was started first is stopped while a later one stays open
      Given a project with the connections "main" and "other"
      And the connection "main" is established
      And the connection "other" is established
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses
      And the connection "other" stays open
      And "On Socket.IO Stop (other)" does not pulse

    @dwell
    Scenario: The loss of a connection does not pulse On Stop of another one
      Given a project with the connections "main" and "other"
      And the connection "main" is established
      And the connection "other" is established
      When the network connection is reset
      Then the connection "main" is terminated
      And "On Socket.IO Stop (other)" does not pulse

    Scenario Outline: A connection whose name resembles another one has its own nodes
      Given a project with the connections "main" and "<other>"
      When "<start>" receives a pulse
      Then "<listener>" pulses
      And "<another>" does not pulse

      Examples:
        | other | start                   | listener                   | another                    |
        | main2 | Socket.IO Start         | On Socket.IO Start         | On Socket.IO Start (main2) |
        | main2 | Socket.IO Start (main2) | On Socket.IO Start (main2) | On Socket.IO Start         |
        | Main  | Socket.IO Start         | On Socket.IO Start         | On Socket.IO Start (Main)  |
        | Main  | Socket.IO Start (Main)  | On Socket.IO Start (Main)  | On Socket.IO Start         |

    Scenario Outline: Send sends over the chosen connection, whichever was started first
      Given a project with the connections "main" and "other"
      And a "Socket.IO Send" node "sender" for "other" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "<first>" is established
      And the connection "<second>" is established
      When "sender" receives a pulse
      Then the server of "other" receives the event "greeting" with "hello"
      And the server receives no event

      Examples:
        | first | second |
        | main  | other  |
        | other | main   |

    Scenario: On Receive listens to the chosen connection and no other
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And "other receiver" listens to the event "news" of "other"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses with
        | Message | hello |
      And "other receiver" does not pulse

    Scenario: On Error listens to the chosen connection and no other
      Given a project with the connections "main" and "other"
      And an "On Socket.IO Error" node "on error" for "main"
      And an "On Socket.IO Error" node "other on error" for "other"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses
      And "other on error" does not pulse

    Scenario: Unsubscribe ends a subscription of the chosen connection and no other
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And "other receiver" listens to the event "news" of "other"
      And the server has emitted the event "news" in the namespace "/" with "before"
      And "receiver" has pulsed
      And the event "news" in the namespace "/" of "other" was unsubscribed from
      When the server emits the event "news" with "hello"
      Then "receiver" pulses a second time

    Scenario: On Subscribe listens to the chosen connection
      Given a project with the connections "main" and "other"
      And a "Socket.IO Subscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Subscribe" node "listener" for "main"
      And an "On Socket.IO Subscribe" node "other listener" for "other"
      And the connection "main" is established
      When "action" receives a pulse
      Then "listener" pulses
      And "other listener" does not pulse

    Scenario: On Unsubscribe listens to the chosen connection
      Given a project with the connections "main" and "other"
      And a "Socket.IO Unsubscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Unsubscribe" node "listener" for "main"
      And an "On Socket.IO Unsubscribe" node "other listener" for "other"
      And "receiver" listens to the event "news" of "main"
      When "action" receives a pulse
      Then "listener" pulses
      And "other listener" does not pulse

    Scenario: Each of two connections to one server is started by itself
      Given a project with the connections "main" and "other"
      And the connection "other" has the same server as "main"
      And the connection "main" is established
      When "Socket.IO Start (other)" receives a pulse
      Then "On Socket.IO Start (other)" pulses
      And the server sees a second connection established

    Scenario Outline: Each of two connections to one server is stopped by itself
      Given a project with the connections "main" and "other"
      And the connection "other" has the same server as "main"
      And the connection "main" is established
      And the connection "other" is established
      When "<stop>" receives a pulse
      Then "<on stop>" pulses
      And "<another>" does not pulse

      Examples:
        | stop                   | on stop                   | another                   |
        | Socket.IO Stop         | On Socket.IO Stop         | On Socket.IO Stop (other) |
        | Socket.IO Stop (other) | On Socket.IO Stop (other) | On Socket.IO Stop         |

    Scenario: Send sends once although another connection has the same server
      Given a project with the connections "main" and "other"
      And the connection "other" has the same server as "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      And the connection "other" is established
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "hello"
      And the server receives no other event

    Scenario: A connection works on when another one to the same server was stopped
      Given a project with the connections "main" and "other"
      And the connection "other" has the same server as "main"
      And "receiver" listens to the event "news" of "main"
      And the connection "other" was established and stopped
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

    Scenario: Unsubscribe ends no subscription of another connection to the same server
      Given a project with the connections "main" and "other"
      And the connection "other" has the same server as "main"
      And "receiver" listens to the event "news" of "main"
      And "other receiver" listens to the event "news" of "other"
      And the event "news" in the namespace "/" of "other" was unsubscribed from
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

    Scenario: Every On Start node of the connection executes
      Given a project with the connection "main"
      And an "On Socket.IO Start" node "second" for "main"
      And an "On Socket.IO Start" node "third" for "main"
      When the connection "main" becomes established
      Then "second" pulses
      And "third" pulses

    Scenario: Every On Stop node of the connection executes
      Given a project with the connection "main"
      And an "On Socket.IO Stop" node "second" for "main"
      And an "On Socket.IO Stop" node "third" for "main"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses
      And "second" pulses
      And "third" pulses

    Scenario: Every On Receive node of the connection executes
      Given a project with the connection "main"
      And an "On Socket.IO Receive" node "second receiver" for "main"
      And an "On Socket.IO Receive" node "third receiver" for "main"
      And "receiver" listens to the event "news" of "main"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses
      And "second receiver" pulses
      And "third receiver" pulses

    Scenario: Every On Error node of the connection executes
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "first" for "main"
      And an "On Socket.IO Error" node "second" for "main"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then "first" pulses
      And "second" pulses

    Scenario: Every On Subscribe node executes
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Subscribe" node "first" for "main"
      And an "On Socket.IO Subscribe" node "second" for "main"
      And the connection "main" is established
      When "action" receives a pulse
      Then "first" pulses
      And "second" pulses

    Scenario: Every On Unsubscribe node executes
      Given a project with the connection "main"
      And a "Socket.IO Unsubscribe" node "action" for "main" with
        | Event Name | news |
      And an "On Socket.IO Unsubscribe" node "first" for "main"
      And an "On Socket.IO Unsubscribe" node "second" for "main"
      And "receiver" listens to the event "news" of "main"
      When "action" receives a pulse
      Then "first" pulses
      And "second" pulses

  @silent @CFG-4
  Rule: A node without a usable Configuration reports an error and does no harm

    @dwell
    Scenario Outline: A node in which nothing is chosen reports an error
      Given a project with the connection "main"
      And a "<node>" node "loose" in which nothing is chosen
      And the connection "main" was established and stopped
      When "loose" receives a pulse
      Then an error is reported for "loose"
      And the connection "main" can be established and stopped

      Examples:
        | node            |
        | Socket.IO Start |
        | Socket.IO Stop  |

    @dwell
    Scenario Outline: A node for messages in which nothing is chosen reports an error
      Given a project with the connection "main"
      And a "<node>" node "loose" in which nothing is chosen
      And the connection "main" was established and stopped
      When "loose" receives a pulse
      Then an error is reported for "loose"
      And the connection "main" can be established and stopped

      Examples:
        | node                  |
        | Socket.IO Send        |
        | Socket.IO Subscribe   |
        | Socket.IO Unsubscribe |

    @dwell
    Scenario: A node whose connection was removed reports an error
      Given a project with the connections "main" and "other"
      And the connection "main" was established and stopped
      And the connection "other" was removed from Project Settings
      When "Socket.IO Start (other)" receives a pulse
      Then an error is reported for "Socket.IO Start (other)"
      And the connection "main" can be established and stopped
