Feature: Socket.IO Stop and On Socket.IO Stop
  Stop ends the connection. Its output pulse means that the node has finished, and may come before the
  connection is terminated. On Stop pulses only after the connection is definitely terminated.
  (toolbox/communication/socketio/socketiostop, events/onsocketiostop)

  @must @STO-1
  Rule: Stop has a pulse input and a pulse output; On Stop has only a pulse output

    Scenario: Stop passes a pulse through and has no other socket
      When the node type "Socket.IO Stop" is looked up
      Then it has exactly the inputs
        | name        | type  |
        | Pulse Input | Pulse |
      And it has exactly the outputs
        | name         | type  |
        | Pulse Output | Pulse |

    Scenario: On Stop has a pulse output and no input
      When the node type "On Socket.IO Stop" is looked up
      Then it has no input
      And it has exactly the outputs
        | name         | type  |
        | Pulse Output | Pulse |

  @must @STO-2
  Rule: A pulse into Stop stops the connection that is open for its Configuration

    Scenario Outline: The server sees the client leave
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then the server sees the client leave
      And the connection "main" is terminated

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: The server sees a client leave that has joined two namespaces
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      When "Socket.IO Stop" receives a pulse
      Then the server sees the client leave
      And the connection "main" is terminated

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |

  @must @STO-3
  Rule: Stop's output pulse follows after the node has finished executing

    Scenario: Stop sends its output pulse
      Given a project with the connection "main"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then "Socket.IO Stop" pulses once

    Scenario: Stop with nothing open sends its output pulse or reports an error
      Given a project with the connection "main"
      When "Socket.IO Stop" receives a pulse
      Then "Socket.IO Stop" pulses, or an error is reported for "Socket.IO Stop"

  @may @STO-4
  Rule: Stop's output pulse may come before the connection has finished disconnecting

    Scenario: Whether Stop waits for the disconnect
      Given a project with the connection "main"
      And the connection "main" is established
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then it is noted whether "Socket.IO Stop" pulses before the disconnect is released

  @must @STO-5
  Rule: On Stop pulses only after the connection has definitely been terminated, however long that takes

    Scenario Outline: On Stop follows the termination of the connection
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses, and not before the connection "main" is terminated

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: On Stop pulses for a connection of which a namespace was refused
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news |
      And the server refuses the namespace "/admin" with the message "members only"
      And the connection "main" is established
      And "subscribe" has received a pulse with the "Namespace" "/admin"
      And the server has refused the namespace "/admin"
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses, and not before the connection "main" is terminated

    Scenario Outline: On Stop waits while the server holds the disconnect
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect
      But it pulses after the server releases the disconnect

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario Outline: On Stop waits however long the disconnect takes
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: On Stop waits in the second cycle of a connection as in the first
      Given a project with the connection "main" over "<transport>"
      And the connection "main" was established and stopped
      And the connection "main" is established
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: On Stop waits although the connection was lost before
      Given a project with the connection "main"
      And the connection "main" was lost
      And "Socket.IO Start" has received a pulse
      And "On Socket.IO Start" has pulsed a second time
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect

    Scenario: On Stop waits in the third cycle of a connection as well
      Given a project with the connection "main"
      And the connection "main" was established and stopped
      And the connection "main" was established and stopped
      And the connection "main" is established
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect

    Scenario: Every On Stop node waits
      Given a project with the connection "main"
      And an "On Socket.IO Stop" node "second" for "main"
      And the connection "main" is established
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "second" does not pulse while the server holds the disconnect

    Scenario Outline: A second Stop does not make On Stop come early
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect
      But it pulses after the server releases the disconnect

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |

    Scenario Outline: On Stop waits for the end of a connection that has joined two namespaces
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      And the server holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect
      But it pulses after the server releases the disconnect

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |

    Scenario Outline: On Stop waits until both requests of the client have ended
      Given a project with the connection "main" over "long-polling"
      And the connection "main" is established
      And the server holds its answer to the "<request>" request of long-polling
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect
      But it pulses after the server releases the disconnect

      Examples:
        | request |
        | closing |
        | waiting |

    Scenario Outline: On Stop waits for the end of a connection that the server ends
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the server holds disconnects
      When the server disconnects the client
      Then "On Socket.IO Stop" does not pulse while the connection "main" is open

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: On Stop does not come before the transport is closed that the server closes
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When the server closes the transport
      Then the connection "main" is terminated
      And "On Socket.IO Stop" does not pulse while the connection "main" is open

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario Outline: On Stop does not come while the client keeps a silent connection
      Given a project with the connection "main" over "<transport>"
      And the server has a short heartbeat interval
      And the connection "main" is established
      When the server falls silent
      Then "On Socket.IO Stop" does not pulse while the connection "main" is open

      Examples:
        | transport |
        | WebSocket |
        | upgraded  |

    Scenario: On Stop waits while another connection is open
      Given a project with the connections "main" and "other"
      And the connection "other" is established
      And the connection "main" is established
      And the server of "main" holds disconnects
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server of "main" holds the disconnect
      But it pulses after the server of "main" releases the disconnect

    Scenario Outline: On Stop comes although the server closes the network connection late
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the server delays only the end of the network connection
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse before the connection "main" is terminated
      But it pulses by the time the server has closed the network connection

      Examples:
        | transport |
        | WebSocket |
        | upgraded  |

    Scenario Outline: On Stop comes although Start receives a pulse meanwhile
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Stop" does not pulse while the server holds the disconnect
      But it pulses after the server releases the disconnect

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: Stop on On Start's branch ends the connection that was just established
      Given a project with the connection "main" over "<transport>"
      And the pulse of "On Socket.IO Start" leads to "Socket.IO Stop"
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Stop" pulses, and not before the connection "main" is terminated
      And no connection to the server is left

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: Stop on On Receive's branch ends the connection that received
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" of "main"
      And the pulse of "receiver" leads to "Socket.IO Stop"
      When the server emits the event "news" with "the last one"
      Then "On Socket.IO Stop" pulses, and not before the connection "main" is terminated
      And no connection to the server is left

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

  @must @STO-6
  Rule: When On Stop's branch executes, the connection no longer exists

    Scenario Outline: A node on On Stop's branch executes after the connection is gone
      Given a project with the connections "main" and "other" over "<transport>"
      And the pulse of "On Socket.IO Stop" leads to "Socket.IO Start (other)"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      When the server releases the disconnect
      Then the server of "other" sees one connection established
      And the connection "main" was terminated before "other" was opened

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

  @should @STO-7
  Rule: On Stop pulses once each time the connection is terminated

    @dwell
    Scenario Outline: One termination pulses On Stop once
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses once

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario Outline: A connection that has joined two namespaces pulses On Stop once
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses once

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario: A second On Stop node does not make the first one pulse twice
      Given a project with the connection "main"
      And an "On Socket.IO Stop" node "second" for "main"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses once

    @dwell
    Scenario Outline: Stop twice pulses On Stop once
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      And "Socket.IO Stop" has received a pulse
      When the server releases the disconnect
      Then "On Socket.IO Stop" pulses once

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

  @must @STO-8
  Rule: On Stop does not pulse without a Stop or another end of the connection

    @dwell
    Scenario Outline: An open connection does not pulse On Stop
      Given a project with the connection "main" over "<transport>"
      When the connection "main" becomes established
      Then "On Socket.IO Stop" does not pulse while the connection "main" is open

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario Outline: The end of one namespace is not the end of the connection
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      When the server disconnects the client from the namespace "/chat"
      Then "On Socket.IO Stop" does not pulse while the connection "main" is open

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

  @should @STO-9
  Rule: On Stop also pulses when the server, or a lost network, terminates the connection

    Scenario Outline: The server ends the connection
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When the server disconnects the client
      Then "On Socket.IO Stop" pulses

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: The server closes the transport
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When the server closes the transport
      Then "On Socket.IO Stop" pulses

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: The network connection is lost
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When the network connection is <loss>
      Then "On Socket.IO Stop" pulses

      Examples:
        | transport | loss   |
        | WebSocket | closed |
        | WebSocket | reset  |
        | upgraded  | closed |
        | upgraded  | reset  |

    Scenario Outline: The server falls silent
      Given a project with the connection "main" over "<transport>"
      And the server has a short heartbeat interval
      And the connection "main" is established
      When the server falls silent
      Then "On Socket.IO Stop" pulses

      Examples:
        | transport |
        | WebSocket |
        | upgraded  |

  @should @STO-10
  Rule: Stop ends the connection for good

    @dwell
    Scenario Outline: A connection that was stopped does not come back by itself
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When "Socket.IO Stop" receives a pulse
      Then the connection "main" is terminated
      And the server sees no further connection

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario: A Stop after a Start ends the connection while the disconnect is held
      Given a project with the connection "main"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      And "Socket.IO Start" has received a pulse
      And "Socket.IO Stop" has received a pulse
      When the server releases the disconnect
      Then no connection to the server is left

    @dwell
    Scenario: Stop ends the attempts to reconnect
      Given a project with the connection "main"
      And the connection "main" is established
      And the connection "main" was lost and cannot be established again
      And "On Socket.IO Stop" has pulsed
      And "Socket.IO Stop" has received a pulse
      When the server is back
      Then the server sees no further connection

    @dwell
    Scenario: Stop after a loss leaves no connection on the server
      Given a project with the connection "main"
      And the connection "main" was lost
      When "Socket.IO Stop" receives a pulse
      Then no connection to the server is left

    @dwell
    Scenario: A connection that was lost and started again is stopped for good
      Given a project with the connection "main"
      And the connection "main" was lost
      And "Socket.IO Start" has received a pulse
      And "On Socket.IO Start" has pulsed a second time
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" pulses a second time
      And no connection to the server is left

    @dwell
    Scenario Outline: No message is received after Stop
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" of "main"
      And the server has fallen silent
      And the server has emitted the event "news" in the namespace "/" with "too late"
      And "Socket.IO Stop" has received a pulse
      When the server answers again
      Then "receiver" does not pulse

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

  @should @STO-11
  Rule: Stop while the connection is being established leaves no connection on the server

    @dwell
    Scenario Outline: Stop while the connection request waits for its answer
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is being started while the server withholds the answer
      And "Socket.IO Stop" has received a pulse
      When the server answers the connection request
      Then no connection to the server is left

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario: A Stop after a Start ends the connection while a request waits
      Given a project with the connection "main"
      And the server holds disconnects
      And the connection "main" is being started while the server withholds the answer
      And "Socket.IO Stop" has received a pulse
      And "Socket.IO Start" has received a pulse
      And "Socket.IO Stop" has received a pulse
      When the server releases the disconnect
      Then no connection to the server is left

    @dwell
    Scenario Outline: Stop while a connection that was lost is being started again
      Given a project with the connection "main" over "<transport>"
      And the connection "main" was lost and the server now withholds its answers
      And "Socket.IO Start" has received a pulse
      And the server has received a second connection request
      And "Socket.IO Stop" has received a pulse
      When the server answers the connection request
      Then no connection to the server is left

      Examples:
        | transport |
        | WebSocket |
        | upgraded  |

    @dwell
    Scenario Outline: Stop while the server has not answered at all
      Given a project with the connection "main" over "<transport>"
      And the server accepts and never answers
      And "Socket.IO Start" has received a pulse
      And the server is reached
      And "Socket.IO Stop" has received a pulse
      When the server answers again
      Then no connection to the server is left

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

  @silent @STO-12
  Rule: Stop without an open connection, and Stop twice, do no harm

    @dwell
    Scenario: Stop with nothing open does no harm
      Given a project with the connection "main"
      When "Socket.IO Stop" receives a pulse
      Then "On Socket.IO Stop" does not pulse
      And the implementation still answers

    Scenario: Stop after the connection has closed does not stop the next Start
      Given a project with the connection "main"
      And the connection "main" was established and stopped
      And "Socket.IO Stop" has received a pulse
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses a second time

    @dwell
    Scenario: A connection that was stopped twice does not come back
      Given a project with the connection "main"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      And "Socket.IO Stop" has received a pulse
      When the server releases the disconnect
      Then no connection to the server is left
      And the server sees no further connection

    @dwell
    Scenario: A connection that was stopped twice while it was starting does not come back
      Given a project with the connection "main"
      And the server holds disconnects
      And the connection "main" is being started while the server withholds the answer
      And "Socket.IO Stop" has received a pulse
      And "Socket.IO Stop" has received a pulse
      When the server releases the disconnect
      Then no connection to the server is left
      And the server sees no further connection

  @silent @STO-13
  Rule: A server that never completes the disconnect does not block the runtime

    Scenario Outline: Another connection works while a disconnect is held
      Given a project with the connections "main" and "other" over "<transport>"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      When "Socket.IO Start (other)" receives a pulse
      Then the server of "other" sees one connection established over "<transport>"
      And the implementation still answers

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: The project can be closed while a disconnect is held
      Given a project with the connection "main"
      And the connection "main" is established
      And the connection "main" is being stopped while the server holds the disconnect
      When the project is closed
      Then the implementation still answers

    Scenario Outline: A project that is closed leaves no connection on the server
      Given a project with the connection "main" over "<transport>"
      And the connection "main" is established
      When the project is closed
      Then no connection to the server is left

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: An application that restarts leaves no connection on the server
      Given a project with the connection "main"
      And the connection "main" is established
      When the application restarts
      Then no connection to the server is left

  @may @STO-14
  Rule: On Stop may pulse after a start that established no connection

    @dwell
    Scenario: Whether On Stop pulses after a start that was refused
      Given a project with the connection "main"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then the server refuses the connection
      And it is noted whether "On Socket.IO Stop" pulses after "a start that was refused"

    @dwell
    Scenario: Whether On Stop pulses after a start that was given up
      Given a project with the connection "main"
      And the connection "main" is being started while the server withholds the answer
      When "Socket.IO Stop" receives a pulse
      Then it is noted whether "On Socket.IO Stop" pulses after "a start that was given up"
