Feature: Socket.IO Send
  Send sends its Message as a Socket.IO event, in a namespace of the connection.
  (toolbox/communication/socketio/socketiosend)

  @must @SND-1
  Rule: Send has a pulse input, a pulse output, and three inputs for text

    Scenario: Send takes an event's name, a namespace and a message
      When the node type "Socket.IO Send" is looked up
      Then it has exactly the inputs
        | name        | type   |
        | Pulse Input | Pulse  |
        | Event Name  | String |
        | Namespace   | String |
        | Message     | String |
      And it has exactly the outputs
        | name         | type  |
        | Pulse Output | Pulse |

  @must @SND-2
  Rule: Each pulse sends one event, with exactly the given Event Name, Namespace and Message

    Scenario Outline: The server receives the event that was sent
      Given a project with the connection "main" over "<transport>"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Namespace  | /        |
        | Message    | hello    |
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "hello"
      And the server receives no other event

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: An event is sent in its namespace
      Given a project with the connection "main" over "<transport>"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Namespace  | /chat    |
        | Message    | hello    |
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "greeting" in the namespace "/chat" with "hello"
      And the server receives no other event

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: Two namespaces are used side by side
      Given a project with the connection "main"
      And a "Socket.IO Send" node "to chat" for "main" with
        | Event Name | greeting |
        | Namespace  | /chat    |
        | Message    | to chat  |
      And a "Socket.IO Send" node "to news" for "main" with
        | Event Name | greeting |
        | Namespace  | /news    |
        | Message    | to news  |
      And the pulse of "to chat" leads to "to news"
      And the connection "main" is established
      When "to chat" receives a pulse
      Then the server receives the event "greeting" in the namespace "/chat" with "to chat"
      And the server receives the event "greeting" in the namespace "/news" with "to news"

    Scenario: An event is sent in the namespace that comes with the pulse
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      When "sender" receives a pulse with the "Namespace" "/late"
      Then the server receives the event "greeting" in the namespace "/late" with "hello"

    Scenario: A message for a namespace that is still being joined arrives once it is joined
      Given a project with the connection "main"
      And a "Socket.IO Send" node "greet" for "main" with
        | Event Name | greeting   |
        | Namespace  | /chat      |
        | Message    | from Start |
      And the pulse of "On Socket.IO Start" leads to "greet"
      And the connection "main" is being started while the server withholds the answer for the namespace "/chat"
      When the server answers the connection request
      Then the server receives the event "greeting" in the namespace "/chat" with "from Start"
      And the server receives no other event
      And the connection "main" stays open

    Scenario: A second message does not repeat the first
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
      And the connection "main" is established
      And "sender" has received a pulse with the "Message" "first"
      When "sender" receives a pulse with the "Message" "second"
      Then the server receives the event "greeting" with "first" and then with "second"
      And the server receives no other event

    Scenario: Letter case is kept
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | News Flash |
        | Namespace  | /LivingRoom |
        | Message    | Hello World |
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "News Flash" in the namespace "/LivingRoom" with "Hello World"

    Scenario: White space around the event's name and the namespace is kept
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Message | hello |
      And "Event Name" of "sender" is " news  flash "
      And "Namespace" of "sender" is "/living  room "
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event " news  flash " in the namespace "/living  room " with "hello"

    Scenario Outline: A text stays the text that it is, whatever it looks like
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
      And the connection "main" is established
      When "sender" receives a pulse with the sample "<text>"
      Then the server receives the event "greeting" with the sample "<text>"

      Examples:
        | text                                 |
        | text that looks like JSON            |
        | text that looks like a number        |
        | text that looks like a number with an exponent |
        | text that looks like a truth value |
        | text that looks like null |
        | line breaks as in files of Windows |
        | text that looks like a packet        |
        | text that looks like several packets |
        | white space at both ends             |
        | capital letters                      |

    Scenario: A message that is equal to the one before is sent too
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | again    |
      And the connection "main" is established
      And "sender" has received a pulse
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "again" and then with "again"
      And the server receives no other event

    Scenario: A message that is equal to the last one before a restart is sent
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | again    |
      And the pulse of "On Socket.IO Start" leads to "sender" and on to "Socket.IO Stop"
      And "Socket.IO Start" has received a pulse
      And "On Socket.IO Stop" has pulsed
      When "Socket.IO Start" receives a pulse
      Then the server receives the event "greeting" with "again" and then with "again"

    Scenario Outline: A message is sent after the connection was stopped and started again
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting    |
        | Namespace  | <namespace> |
        | Message    | hello       |
      And the connection "main" was established and stopped
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "greeting" in the namespace "<namespace>" with "hello"

      Examples:
        | namespace |
        | /         |
        | /chat     |

    Scenario: A message is sent once after the connection was lost and started again
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the pulse of "On Socket.IO Stop" leads to "Socket.IO Start"
      And the connection "main" was lost
      And "On Socket.IO Start" has pulsed a second time
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "hello"
      And the server receives no other event

    Scenario: A message is sent from the branch of On Receive
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Send" node "reply" for "main" with
        | Event Name | reply  |
        | Message    | thanks |
      And the pulse of "receiver" leads to "reply"
      When the server emits the event "news" with "hello"
      Then the server receives the event "reply" with "thanks"

    Scenario: A message is sent while another connection is being established
      Given a project with the connections "main" and "other"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      And the connection "other" is being started while the server of "other" withholds the answer
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "hello"

    Scenario: A message is sent while another connection is closing
      Given a project with the connections "main" and "other"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      And the connection "other" is established
      And the connection "other" is being stopped while the server of "other" holds the disconnect
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "hello"

    Scenario: A message is sent after another connection was lost
      Given a project with the connections "main" and "other"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      And the connection "other" was lost
      When "sender" receives a pulse
      Then the server receives the event "greeting" with "hello"

    Scenario Outline: An event may have any name
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | <event> |
        | Message    | hello   |
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "<event>" with "hello"

      Examples:
        | event        |
        | news flash   |
        | новости      |
        | 42[1]        |
        | message      |
        | error        |
        | __proto__    |

    Scenario Outline: A namespace may have any name
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting    |
        | Namespace  | <namespace> |
        | Message    | hello       |
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "greeting" in the namespace "<namespace>" with "hello"

      Examples:
        | namespace          |
        | /rooms/blue/left   |
        | /two-words_here    |
        | /ends/with/slash/  |
        | /page=2&size=10    |
        | /rooms?color=blue  |
        | /комната           |

    Scenario Outline: A message that was sent right before Stop arrives
      Given a project with the connection "main" over "<transport>"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | farewell |
        | Message    | goodbye  |
      And the pulse of "sender" leads to "Socket.IO Stop"
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "farewell" with "goodbye"
      And the connection "main" is terminated

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: A message that waits for its namespace arrives although Stop follows
      Given a project with the connection "main"
      And a "Socket.IO Send" node "greet" for "main" with
        | Event Name | greeting |
        | Namespace  | /chat    |
        | Message    | goodbye  |
      And the pulse of "On Socket.IO Start" leads to "greet" and on to "Socket.IO Stop"
      And the connection "main" is being started while the server withholds the answer for the namespace "/chat"
      When the server answers the connection request
      Then the server receives the event "greeting" in the namespace "/chat" with "goodbye"

  @must @SND-3
  Rule: Namespace is "/" unless another is given

    Scenario: The namespace of a new Send node is the main one
      When the node type "Socket.IO Send" is looked up
      Then its attribute "Namespace" is "/" by default

    Scenario: Send without a namespace sends in the main one
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      When "sender" receives a pulse
      Then the server receives the event "greeting" in the namespace "/" with "hello"

  @must @SND-4
  Rule: Send's output pulse follows after the node has finished executing

    @dwell
    Scenario: Send sends its output pulse
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | hello    |
      And the connection "main" is established
      When "sender" receives a pulse
      Then "sender" pulses once

  @should @SND-5
  Rule: Messages arrive in order, and text of any kind arrives unchanged

    Scenario Outline: Text of any kind arrives unchanged
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
      And the connection "main" is established
      When "sender" receives a pulse with the sample "<text>"
      Then the server receives the event "greeting" with the sample "<text>"

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
        | text that looks like markup     |

    Scenario Outline: A long text arrives whole
      Given a project with the connection "main" over "<transport>"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
      And the connection "main" is established
      When "sender" receives a pulse with the sample "1 MiB of text"
      Then the server receives the event "greeting" with the sample "1 MiB of text"

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: A thousand messages arrive in order
      Given a project with the connection "main" over "<transport>"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | count |
      And the connection "main" is established
      When "sender" receives pulses with the messages "1" to "1000"
      Then the server receives the event "count" with the messages "1" to "1000" in order

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: A long message is not overtaken by a short one of any namespace
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      And a "Socket.IO Send" node "to chat" for "main" with
        | Event Name | long  |
        | Namespace  | /chat |
      And a "Socket.IO Send" node "next" for "main" with
        | Event Name | short       |
        | Namespace  | <namespace> |
      And the pulse of "to chat" leads to "next"
      When "to chat" receives a pulse with the sample "1 MiB of text"
      Then the server receives the event "long" before the event "short"

      Examples:
        | namespace |
        | /chat     |
        | /         |

    Scenario: Messages of two namespaces arrive in the order in which they were sent
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      And a "Socket.IO Send" node "to chat" for "main" with
        | Event Name | first |
        | Namespace  | /chat |
      And a "Socket.IO Send" node "to main" for "main" with
        | Event Name | second |
      And the pulse of "to chat" leads to "to main"
      When "to chat" receives a pulse
      Then the server receives the event "first" before the event "second"

  @silent @SND-6
  Rule: Send without an open connection, or after Stop, does no harm, and nothing is delivered later

    @dwell
    Scenario: A message that was sent with nothing open is not delivered later
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | too soon |
      And "sender" has received a pulse
      When the connection "main" becomes established
      Then the server receives no event
      And the implementation still answers

    @dwell
    Scenario Outline: A message that was sent right after Stop is not delivered later
      Given a project with the connection "main" over "<transport>"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | too late |
      And the pulse of "Socket.IO Stop" leads to "sender"
      And the connection "main" was established and stopped
      When the connection "main" becomes established
      Then the second connection to the server carries no event that was sent before it
      And the implementation still answers

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario: A message that was sent while the disconnect is held is not delivered later
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Message    | too late |
      And the pulse of "On Socket.IO Stop" leads to "Socket.IO Start"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      And "sender" has received a pulse
      When the server releases the disconnect
      Then the second connection to the server carries no event that was sent before it

  @may @SND-7
  Rule: A namespace may be joined when the connection starts, or when a node first uses it

    Scenario: When a namespace is joined
      Given a project with the connection "main"
      And a "Socket.IO Send" node "sender" for "main" with
        | Event Name | greeting |
        | Namespace  | /chat    |
      When the connection "main" becomes established
      Then it is noted whether the namespace "/chat" is joined before "sender" receives a pulse
