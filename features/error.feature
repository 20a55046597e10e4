Feature: On Socket.IO Error
  On Error executes when a connection has an error, and gives the error's namespace and message.
  (toolbox/communication/socketio/events/onsocketioerror)

  @must @ERR-1
  Rule: On Error has no input, a pulse output, and two outputs for text

    Scenario: On Error gives a namespace and a message
      When the node type "On Socket.IO Error" is looked up
      Then it has no input
      And it has exactly the outputs
        | name         | type   |
        | Pulse Output | Pulse  |
        | Namespace    | String |
        | Message      | String |

  @must @ERR-2
  Rule: On Error executes when an error is received, and gives the error's namespace and message

    Scenario Outline: A connection that is refused gives the refusal's message
      Given a project with the connection "main" over "<transport>"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server refuses connections with the message "not today"
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses with
        | Namespace | /         |
        | Message   | not today |

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: A refusal that carries data besides its message gives the message
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server refuses connections with the message "not today" and further data
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses with
        | Namespace | /         |
        | Message   | not today |

    Scenario: A refusal without a message is an error too
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server refuses connections without a message
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses with
        | Namespace | / |

    Scenario: The message of a refusal may have any characters
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server refuses connections with the message "Heute nicht – überlastet. Не сегодня 👍"
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses with
        | Message | Heute nicht – überlastet. Не сегодня 👍 |

    Scenario: A second refusal is an error like the first
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server refuses connections with the message "not today"
      And "Socket.IO Start" has received a pulse
      And "on error" has pulsed
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses a second time, if necessary after further pulses into "Socket.IO Start"

    Scenario Outline: A namespace that is refused gives its name and the message
      Given a project with the connection "main" over "<transport>"
      And an "On Socket.IO Error" node "on error" for "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news   |
        | Namespace  | /admin |
      And the server refuses the namespace "/admin" with the message "members only"
      And "Socket.IO Start" has received a pulse
      And "On Socket.IO Start" or "on error" has pulsed
      When "subscribe" receives a pulse
      Then "on error" pulses with
        | Namespace | /admin       |
        | Message   | members only |

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

  @should @ERR-3
  Rule: An unreachable server causes an error, a lost connection is reported, and a later Start works

    Scenario Outline: An unreachable server gives an error
      Given a project with the connection "main" over "<transport>"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server is gone
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    @dwell
    Scenario: A server that stays mute gives an error
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server accepts and never answers
      When "Socket.IO Start" receives a pulse
      Then the server is reached
      And "on error" pulses in the end

    Scenario: A server whose name cannot be resolved gives an error
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the name in the URL of "main" cannot be resolved
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses

    Scenario Outline: An address that no server can have gives an error
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the URL of "main" is "<url>"
      And the server is gone
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses, or an error is reported for "Socket.IO Start"

      Examples:
        | url                    |
        | http://127.0.0.1:70000 |
        | http://127.0.0.1:lamp  |
        | http://[::1            |

    Scenario Outline: A server that cannot serve gives an error
      Given a project with the connection "main" over "<transport>"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server is out of service
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: A web server without Socket.IO gives an error
      Given a project with the connection "main" over "<transport>"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server is an ordinary web server
      When "Socket.IO Start" receives a pulse
      Then "on error" pulses

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: A connection that was lost and then refused can be started again
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the connection "main" was lost and the server now refuses it with "not today"
      And "Socket.IO Start" has received a pulse
      And "on error" has pulsed with the message "not today"
      And the server accepts connections again
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses a second time, if necessary after further pulses into "Socket.IO Start"


    Scenario: A connection can be started once its server is back
      Given a project with the connection "main"
      And an "On Socket.IO Error" node "on error" for "main"
      And the server is gone
      And "Socket.IO Start" has received a pulse
      And "on error" has pulsed
      And the server is back
      When "Socket.IO Start" receives a pulse
      Then "On Socket.IO Start" pulses, if necessary after further pulses into "Socket.IO Start"
