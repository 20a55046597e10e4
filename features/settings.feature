Feature: Project Settings
  The section Socket.IO of Project Settings has the connections that the nodes use.
  (modules/project-settings/socketio)

  @must @SET-1
  Rule: Connections can be added, and removed one by one or all at once

    Scenario: A connection that is added is listed
      Given a new project
      When the connection "lamps" is added to Project Settings
      Then the section "Socket.IO" lists exactly the connections "lamps"

    Scenario Outline: A connection is removed and the others stay
      Given the connection "lamps" was added to Project Settings
      And the connection "<another>" was added to Project Settings
      When the connection "lamps" is removed from Project Settings
      Then the section "Socket.IO" lists exactly the connections "<another>"

      Examples:
        | another |
        | doors   |
        | lamps2  |
        | Lamps   |

    Scenario: All connections are removed at once
      Given the connection "lamps" was added to Project Settings
      And the connection "doors" was added to Project Settings
      When all connections are removed from Project Settings
      Then the section "Socket.IO" lists no connection

  @must @SET-2
  Rule: A connection has a Name, a URL and a Port

    Scenario: A connection keeps its name, URL and port
      Given a new project
      When the connection "lamps" with the URL "http://lamps.example" and the port "4711" is added
      Then Project Settings show "lamps" with the URL "http://lamps.example" and the port "4711"

    Scenario: A second connection has a port of its own
      Given the connection "doors" was added to Project Settings
      When the connection "lamps" with the URL "http://lamps.example" and the port "4711" is added
      Then Project Settings show "lamps" with the URL "http://lamps.example" and the port "4711"

  @must @SET-3
  Rule: Configuration offers the connections of Project Settings, and Start opens the chosen one

    Scenario Outline: A connection made in Project Settings is offered by each node
      Given a new project
      When the connection "lamps" is added to Project Settings
      Then "Configuration" of "<node>" offers exactly "lamps"

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

    Scenario: Start opens a connection that was made in Project Settings
      Given a project whose nodes use the connection "main", which does not exist yet
      And the connection "main" to the server was made in Project Settings
      When "Socket.IO Start" receives a pulse
      Then the server sees one connection established

    Scenario: Start opens a connection with the settings that were made last
      Given a project whose nodes use the connection "main", which does not exist yet
      And the connection "main" was added to Project Settings
      And the connection "main" was removed from Project Settings
      And the connection "main" to the server was made in Project Settings
      When "Socket.IO Start" receives a pulse
      Then the server sees one connection established

  @should @SET-4
  Rule: Two connections of one project are independent of each other

    Scenario: One connection is established while another cannot be
      Given a project with the connections "main", "other" and "third"
      And an "On Socket.IO Error" node "on error" for "main"
      And the connection "third" is established
      And the server is gone
      And "Socket.IO Start" has received a pulse
      And "on error" has pulsed
      When "Socket.IO Start (other)" receives a pulse
      Then "On Socket.IO Start (other)" pulses

    Scenario: One connection is established while another waits for its server
      Given a project with the connections "main", "other" and "third"
      And the connection "third" is established
      And the server accepts and never answers
      And "Socket.IO Start" has received a pulse
      And the server is reached
      When "Socket.IO Start (other)" receives a pulse
      Then "On Socket.IO Start (other)" pulses

  @may @SET-5
  Rule: A new connection may have any Port; a port inside the URL may have precedence over Port

    Scenario: Which port a new connection has
      Given a new project
      When a connection is added to Project Settings with default values
      Then its port is noted

    Scenario: Which port wins
      Given a project with the connections "main" and "other"
      And the URL of "main" names the port of the server of "other"
      When "Socket.IO Start" receives a pulse
      Then it is noted which of the servers of "main" and "other" is reached
