Feature: Configuration
  Configuration, an attribute of every Socket.IO node, names the connection of Project Settings that
  the node acts on or listens to. (each node's page)

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

  @must @CFG-2
  Rule: Its choices are the connections of Project Settings, by name

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

    Scenario: Stop stops the chosen connection and no other
      Given a project with the connections "main" and "other"
      And the connection "main" is established
      And the connection "other" is established
      When "Socket.IO Stop (other)" receives a pulse
      Then "On Socket.IO Stop (other)" pulses
      And the connection "main" stays open
      And "On Socket.IO Stop" does not pulse

    @messages
    Scenario: Send sends over the chosen connection and no other
      Given a project with the connections "main" and "other"
      And a "Socket.IO Send" node "sender" for "other" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      And the connection "other" is established
      When "sender" receives a pulse
      Then the server of "other" receives the event "greeting" with "hello"
      And the server receives no event

    @messages
    Scenario: On Receive listens to the chosen connection and no other
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And "other receiver" listens to the event "news" of "other"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses with
        | Message | hello |
      And "other receiver" does not pulse

    @messages
    Scenario: On Error listens to the chosen connection and no other
      Given a project with the connections "main" and "other"
      And an "On Socket.IO Error" node "on error" for "main"
      And an "On Socket.IO Error" node "other on error" for "other"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses
      And "other on error" does not pulse

  @silent @CFG-4
  Rule: A node without a usable Configuration reports an error and does no harm

    @dwell
    Scenario Outline: A node in which nothing is chosen reports an error
      Given a project with the connection "main"
      And a "<node>" node "loose" in which nothing is chosen
      When "loose" receives a pulse
      Then an error is reported for "loose"
      And the connection "main" can be established and stopped

      Examples:
        | node            |
        | Socket.IO Start |
        | Socket.IO Stop  |

    @messages @dwell
    Scenario Outline: A node for messages in which nothing is chosen reports an error
      Given a project with the connection "main"
      And a "<node>" node "loose" in which nothing is chosen
      When "loose" receives a pulse
      Then an error is reported for "loose"
      And the connection "main" can be established and stopped

      Examples:
        | node                  |
        | Socket.IO Send        |
        | Socket.IO Subscribe   |
        | Socket.IO Unsubscribe |

    @studio @dwell
    Scenario: A node whose connection was removed reports an error
      Given a project with the connections "main" and "other"
      And the connection "other" was removed from Project Settings
      When "Socket.IO Start (other)" receives a pulse
      Then an error is reported for "Socket.IO Start (other)"
      And the connection "main" can be established and stopped
