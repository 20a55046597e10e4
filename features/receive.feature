Feature: On Socket.IO Receive
  On Receive executes for each event that a connection receives, and gives its namespace, name and
  message. (toolbox/communication/socketio/events/onsocketioreceive)

  @must @RCV-1
  Rule: On Receive has no input, a pulse output, and three outputs for text

    Scenario: On Receive gives an event's namespace, name and message
      When the node type "On Socket.IO Receive" is looked up
      Then it has no input
      And it has exactly the outputs
        | name         | type   |
        | Pulse Output | Pulse  |
        | Namespace    | String |
        | Trigger Name | String |
        | Message      | String |

  @must @RCV-2
  Rule: On Receive executes for each event, and gives the event's namespace, name and unchanged text

    Scenario Outline: On Receive gives the namespace, name and message of the received event
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" of "main"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses with
        | Namespace    | /     |
        | Trigger Name | news  |
        | Message      | hello |

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: On Receive gives the namespace that the event came in
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      When the server emits the event "news" in the namespace "/chat" with "hello"
      Then "receiver" pulses with
        | Namespace    | /chat |
        | Trigger Name | news  |
        | Message      | hello |

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |


    Scenario: An event is received after the connection was stopped and started again
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And the connection "main" was stopped and established again
      And the event "news" in the namespace "/" of "main" was subscribed to again
      When the server emits the event "news" with "hello"
      Then "receiver" pulses with
        | Message | hello |

    Scenario Outline: Text of any kind is received unchanged
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      When the server emits the event "news" with the sample "<text>"
      Then "receiver" pulses with the sample "<text>"

      Examples:
        | text                            |
        | no text at all                  |
        | emoji                           |
        | combining characters            |
        | byte order marks                |
        | writing from right to left      |
        | characters beyond the first 65536 |
        | a NUL character                 |
        | control characters              |
        | line breaks of every kind       |
        | quotation marks and backslashes |
        | text that looks like JSON       |
        | text that looks like a number   |
        | text that looks like a number with an exponent |
        | text that looks like a truth value |
        | text that looks like null |
        | line breaks as in files of Windows |
        | text that looks like a packet   |
        | text that looks like several packets |
        | text that looks like markup     |
        | white space at both ends        |
        | capital letters                 |

    Scenario Outline: A long text is received whole
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" of "main"
      When the server emits the event "news" with the sample "1 MiB of text"
      Then "receiver" pulses with the sample "1 MiB of text"

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: An event of any name is received
      Given a project with the connection "main"
      And "receiver" listens to the event "<event>" of "main"
      When the server emits the event "<event>" with "hello"
      Then "receiver" pulses with
        | Trigger Name | <event> |
        | Message      | hello   |

      Examples:
        | event        |
        | news flash   |
        | новости      |
        | 42[1]        |
        | message      |
        | error        |
        | LivingRoom   |
        | __proto__    |


    Scenario Outline: An event of a namespace of any name is received
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "<namespace>" of "main"
      When the server emits the event "news" in the namespace "<namespace>" with "hello"
      Then "receiver" pulses with
        | Namespace | <namespace> |
        | Message   | hello       |

      Examples:
        | namespace          |
        | /rooms/blue/left   |
        | /two-words_here    |
        | /LivingRoom        |
        | /ends/with/slash/  |
        | /page=2&size=10    |
        | /rooms?color=blue  |
        | /комната           |

    Scenario: White space around an event's name and in its namespace is kept
      Given a project with the connection "main"
      And "receiver" listens to the event " news  flash " in the namespace "/living  room " of "main"
      When the server emits the event " news  flash " in the namespace "/living  room " with "hello"
      Then "receiver" pulses

    Scenario Outline: On Receive executes whatever the payload is
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      When the server emits the event "news" with the payload "<payload>"
      Then "receiver" pulses with
        | Namespace    | /    |
        | Trigger Name | news |

      Examples:
        | payload       |
        | a JSON object |
        | a number      |
        | a truth value |
        | null          |
        | several texts |
        | binary data   |
        | no argument   |

    Scenario: An event that asks for an acknowledgement is received like any other
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      When the server emits the event "news" with "hello" and asks for an acknowledgement
      Then "receiver" pulses with
        | Trigger Name | news  |
        | Message      | hello |

    Scenario: An event that is equal to the one before executes On Receive again
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And the server has emitted the event "news" in the namespace "/" with "hello"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses a second time

    Scenario Outline: Each of several events at once executes On Receive
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "count" of "main"
      When the server emits the event "count" with the messages "1" to "2"
      Then "receiver" pulses a second time

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: An event is received while another connection is being established
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And the server has emitted the event "news" in the namespace "/" with "before"
      And "receiver" has pulsed
      And the connection "other" is being started while the server of "other" withholds the answer
      When the server emits the event "news" with "meanwhile"
      Then "receiver" pulses a second time

    Scenario: An event is received while another connection is closing
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And the server has emitted the event "news" in the namespace "/" with "before"
      And "receiver" has pulsed
      And the connection "other" is established
      And the connection "other" is being stopped while the server of "other" holds the disconnect
      When the server emits the event "news" with "meanwhile"
      Then "receiver" pulses a second time

    Scenario: An event is received after another connection was lost
      Given a project with the connections "main" and "other"
      And "receiver" listens to the event "news" of "main"
      And the server has emitted the event "news" in the namespace "/" with "before"
      And "receiver" has pulsed
      And the connection "other" was lost
      When the server emits the event "news" with "afterwards"
      Then "receiver" pulses a second time

  @should @RCV-3
  Rule: On Receive executes in the order of the events, once for each event

    Scenario Outline: A thousand events are received in order
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "count" of "main"
      When the server emits the event "count" with the messages "1" to "1000"
      Then "receiver" pulses with the messages "1" to "1000" in order

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: The end of one namespace loses no event of another one
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "/" of "main"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      And the server has disconnected the client from the namespace "/chat"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses with
        | Namespace | /     |
        | Message   | hello |

  @may @RCV-4
  Rule: Message may have any value for a payload that is not one text

    Scenario Outline: Message for a payload that is not one text
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And the server has emitted the event "news" with the payload "<payload>"
      When the server emits the event "news" with "the next event"
      Then it is noted what "Message" of "receiver" held for "<payload>" before "the next event"

      Examples:
        | payload                 |
        | a JSON object           |
        | a number                |
        | a truth value           |
        | null                    |
        | several texts           |
        | binary data             |
        | no argument             |
