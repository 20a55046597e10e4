Feature: Socket.IO Start and On Socket.IO Start
  Start opens the connection that Project Settings describe. Its output pulse means that the node has
  finished. The connection may not be established yet; On Start reports when it is.
  (toolbox/communication/socketio/socketiostart, events/onsocketiostart)

  @must @STA-1
  Rule: Start has a pulse input and a pulse output; On Start has only a pulse output

    Scenario: Start passes a pulse through and has no other socket
      When the node type "Socket.IO Start" is looked up
      Then it has exactly the inputs
        | name        | type  |
        | Pulse Input | Pulse |
      And it has exactly the outputs
        | name         | type  |
        | Pulse Output | Pulse |

    Scenario: On Start has a pulse output and no input
      When the node type "On Socket.IO Start" is looked up
      Then it has no input
      And it has exactly the outputs
        | name         | type  |
        | Pulse Output | Pulse |

  @must @STA-2
  Rule: A pulse into Start starts the connection that was set up in Project Settings

    Scenario Outline: A pulse into Start opens the connection
      Given a project with the connection "main" over "<transport>"
      When "Socket.IO Start" receives a pulse
      Then the server sees one connection established over "<transport>"

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: A URL without a port is completed by Port
      Given a project with the connection "main"
      And the URL of "main" names no port
      When "Socket.IO Start" receives a pulse
      Then the server sees one connection established

    Scenario: Start opens a connection after an earlier start was refused
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server refuses connections with the message "not today"
      And "Socket.IO Start" has received a pulse
      And "on error" has pulsed
      And the server accepts connections again
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses, if necessary after further pulses into "Socket.IO Start"

    Scenario Outline: A connection that the server ended can be started again
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the server disconnects the client
      And "On Socket.IO Stop" has pulsed
      When "Socket.IO Start" receives a pulse
      Then the server sees a second connection established

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: A connection that was lost can be started again
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the network connection of "main" is reset
      And "On Socket.IO Stop" has pulsed
      When "Socket.IO Start" receives a pulse
      Then the server sees a second connection established

      Examples:
        | transport |
        | WebSocket |
        | upgraded  |

  @must @STA-3
  Rule: Start's output pulse follows after the node has finished executing

    Scenario: Start sends its output pulse
      Given a project with the connection "main"
      When "Socket.IO Start" receives a pulse
      Then "Socket.IO Start" pulses once

    Scenario: Start of an open connection sends its output pulse or reports an error
      Given a project with the connection "main"
      And a "Socket.IO Start" node "again" for "main"
      And the connection "main" is established
      When "again" receives a pulse
      Then "again" pulses, or an error is reported for "again"

  @may @STA-4
  Rule: Start's output pulse may come before the connection is established

    Scenario: Whether Start waits for the connection
      Given a project with the connection "main"
      And the server withholds the answer to a connection request
      When "Socket.IO Start" receives a pulse
      Then it is noted whether "Socket.IO Start" pulses before the server answers

  @must @STA-5
  Rule: On Start pulses only after the connection is definitely established

    Scenario Outline: On Start waits for the server's answer to the connection request
      Given a project with the connection "main" over "<transport>"
      And the server withholds the answer to a connection request
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" does not pulse while the server withholds the answer
      But it pulses after the server answers the connection request

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: The connection is usable from On Start's branch
      Given a project with the connection "main" over "<transport>"
      And a "Socket.IO Send" node "greet" for "main" with
        | Event Name | greeting   |
        | Message    | from Start |
      And the pulse of "On Socket.IO Start" leads to "greet"
      When "Socket.IO Start" receives a pulse
      Then the server receives the event "greeting" with "from Start"

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: A connection that was restarted is usable from On Start's branch
      Given a project with the connection "main"
      And a "Socket.IO Send" node "greet" for "main" with
        | Event Name | greeting   |
        | Message    | from Start |
      And the pulse of "On Socket.IO Start" leads to "greet"
      And the connection "main" is established
      And "Socket.IO Stop" has received a pulse
      And "On Socket.IO Stop" has pulsed
      When "Socket.IO Start" receives a pulse
      Then the server receives the event "greeting" with "from Start" and then with "from Start"

    Scenario Outline: On Start pulses again for a connection that was lost and is started again
      Given a project with the connection "main" over "<transport>"
      And the pulse of "On Socket.IO Stop" leads to "Socket.IO Start"
      And the connection "main" is established
      When the network connection is reset
      Then "On Socket.IO Start" pulses a second time

      Examples:
        | transport |
        | WebSocket |
        | upgraded  |

  @should @STA-6
  Rule: On Start pulses once each time the connection is established

    @dwell
    Scenario Outline: One establishment pulses On Start once
      Given a project with the connection "main" over "<transport>"
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses once

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario: A second On Start node does not make the first one pulse twice
      Given a project with the connection "main"
      And an "On Socket.IO Start" node "second" for "main"
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses once

  @should @STA-7
  Rule: On Start never pulses for a connection that is refused or never answered

    @dwell
    Scenario Outline: A connection that the server refuses does not pulse On Start
      Given a project with the connection "main" over "<transport>"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then the server refuses the connection
      And "On Socket.IO Start" does not pulse

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario Outline: A connection request without an answer does not pulse On Start
      Given a project with the connection "main" over "<transport>"
      And the server withholds the answer to a connection request
      When "Socket.IO Start" receives a pulse
      Then the server receives a connection request
      And "On Socket.IO Start" does not pulse

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario Outline: A server that accepts and never answers does not pulse On Start
      Given a project with the connection "main" over "<transport>"
      And the server accepts and never answers
      When "Socket.IO Start" receives a pulse
      Then the server is reached
      And "On Socket.IO Start" does not pulse

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario: An unreachable server does not pulse On Start
      Given a project with the connection "main"
      And the server is gone
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" does not pulse

  @should @STA-8
  Rule: Start after a completed Stop opens the connection again

    Scenario Outline: A connection that was stopped can be started again
      Given a project with the connection "main" over "<transport>"
      And the connection "main" was established and stopped
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses a second time
      And the server sees a second connection established

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: A restart on On Stop's branch opens a new connection after the old one is gone
      Given a project with the connection "main" over "<transport>"
      And the pulse of "On Socket.IO Stop" leads to "Socket.IO Start"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      When the server releases the disconnect
      Then the server sees a second connection established
      And the first connection was terminated before the second was opened

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: A Start while the connection is being stopped does not prevent the next one
      Given a project with the connection "main"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      And "Socket.IO Start" has received a pulse
      And the server has released the disconnect
      And "On Socket.IO Stop" has pulsed
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses a second time

    Scenario: A connection that was lost and then stopped can be started again
      Given a project with the connection "main"
      And the connection "main" is established
      And the connection "main" was lost and cannot be established again
      And "On Socket.IO Stop" has pulsed
      And "Socket.IO Stop" has received a pulse
      And the server is back
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses a second time

  @silent @STA-9
  Rule: Start while open or while starting opens no second connection and does no harm

    @dwell
    Scenario: Start while the connection is open opens no second connection
      Given a project with the connection "main"
      And the connection "main" is established
      When "Socket.IO Start" receives a pulse
      Then the server sees no further connection
      And the implementation still answers

    @dwell
    Scenario: Start while the connection is starting opens no second connection
      Given a project with the connection "main"
      And the connection "main" is being started while the server withholds the answer
      When "Socket.IO Start" receives a pulse
      Then the server sees no further connection
      And the implementation still answers

    @dwell
    Scenario: Start while the connection is starting pulses On Start once
      Given a project with the connection "main"
      And the connection "main" is being started while the server withholds the answer
      And "Socket.IO Start" has received a pulse
      When the server answers the connection request
      Then "On Socket.IO Start" pulses once

    Scenario: A connection that was started twice is stopped by one Stop
      Given a project with the connection "main"
      And the connection "main" is established
      And "Socket.IO Start" has received a pulse
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses
      And no connection to the server is left

    Scenario: A Start while a stopped start is ending does not prevent the next one
      Given a project with the connection "main"
      And the connection "main" is being stopped before it was established
      And "Socket.IO Start" has received a pulse
      And the server has released the disconnect
      And the connection "main" was terminated or became established
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses, if necessary after further pulses into "Socket.IO Start"
