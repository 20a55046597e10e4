Feature: The Socket.IO plugin
  Socket.IO communication is a plugin. The Plugins Editor deactivates and activates it. A change
  takes effect after the project is saved and the application is restarted.
  (modules/plugins/communication/socketiomanager)

  @must @PLG-1
  Rule: Socket.IO is a plugin of the category Communication, active by default

    Scenario: The Plugins Editor lists Socket.IO beside the other ways to communicate
      Given a new project
      When the Plugins Editor is opened
      Then the category "Communication" lists the plugins "MAVLink, Serial, Socket.IO, TCP, UDP"

    Scenario: Socket.IO is active in a new project
      Given a new project
      When the Plugins Editor is opened
      Then the plugin "Socket.IO" has its checkmark

  @must @PLG-2
  Rule: While the plugin is deactivated, Project Settings have no Socket.IO section

    Scenario: Project Settings have no Socket.IO section while the plugin is deactivated
      Given the plugin "Socket.IO" is deactivated
      When Project Settings are opened
      Then there is no section "Socket.IO"

    Scenario: A section with connections disappears with the plugin
      Given the connection "lamps" was added to Project Settings
      And the plugin "Socket.IO" is deactivated
      When Project Settings are opened
      Then there is no section "Socket.IO"

  @must @PLG-3
  Rule: While the plugin is deactivated, no scope's Toolbox has Socket.IO nodes

    Scenario Outline: No Socket.IO node is in the Toolbox while the plugin is deactivated
      Given the plugin "Socket.IO" is deactivated
      When the Toolbox of the scope "<scope>" is opened
      Then it lists no Socket.IO node

      Examples:
        | scope    |
        | Project  |
        | Scene    |
        | Function |
        | Prefab   |

  @must @PLG-4
  Rule: Toggling shows a message that asks to save and restart; the change takes effect after both

    Scenario: Toggling the plugin shows a message
      Given a new project
      When the plugin "Socket.IO" is toggled
      Then the user sees a message

    Scenario: A toggled plugin is deactivated after save and restart
      Given a new project
      And the plugin "Socket.IO" was toggled
      When the project is saved and the application restarted
      Then the plugin "Socket.IO" has no checkmark

    Scenario: Toggling a deactivated plugin shows a message too
      Given the plugin "Socket.IO" is deactivated
      When the plugin "Socket.IO" is toggled
      Then the user sees a message

    Scenario: A deactivated plugin stays so after another restart
      Given the plugin "Socket.IO" is deactivated
      When the application restarts
      Then the plugin "Socket.IO" has no checkmark

  @must @PLG-5
  Rule: A deactivated plugin has no checkmark, and its toggle says "Deactivated"; others do not change

    Scenario: The toggle of a deactivated plugin is labelled Deactivated
      Given the plugin "Socket.IO" is deactivated
      When the Plugins Editor is opened
      Then the plugin "Socket.IO" has no checkmark
      And the toggle of the plugin "Socket.IO" is labelled "Deactivated"

    Scenario Outline: Deactivating Socket.IO leaves another plugin as it was
      Given the plugin "Socket.IO" is deactivated
      When the Plugins Editor is opened
      Then the plugin "<plugin>" is still active

      Examples:
        | plugin  |
        | MAVLink |
        | Serial  |
        | TCP     |
        | UDP     |

    Scenario: A plugin that was deactivated before stays so
      Given the plugin "TCP" is deactivated
      And the plugin "Socket.IO" is deactivated
      When the Plugins Editor is opened
      Then the plugin "TCP" has no checkmark

    Scenario: Deactivating another plugin leaves Socket.IO working
      Given a project with the connection "main"
      And the plugin "TCP" is deactivated
      When "Socket.IO Start" receives a pulse
      Then the server sees one connection established

    Scenario: Deactivating another plugin leaves the logic of the project as it was
      Given a project with the connections "main" and "other"
      And the pulse of "Socket.IO Start" was connected to "Socket.IO Start (other)"
      And the plugin "TCP" is deactivated
      When "Socket.IO Start" receives a pulse
      Then the server of "other" sees one connection established

  @must @PLG-6
  Rule: The same steps activate the plugin again

    Scenario: Activated again, the plugin brings its section back
      Given the plugin "Socket.IO" is deactivated
      When the plugin "Socket.IO" is activated again
      Then there is a section "Socket.IO"

    Scenario Outline: Activated again, the plugin brings its nodes back
      Given the plugin "Socket.IO" is deactivated
      When the plugin "Socket.IO" is activated again
      Then the Toolbox of the scope "<scope>" lists the Socket.IO nodes

      Examples:
        | scope   |
        | Project |
        | Scene   |

  @should @PLG-7
  Rule: A toggle that was not saved before the restart changes nothing

    Scenario: A toggle is forgotten when the application restarts without a save
      Given a new project
      And the plugin "Socket.IO" was toggled
      When the application restarts
      Then the plugin "Socket.IO" has its checkmark

  @may @PLG-8
  Rule: Connections may or may not survive a deactivation and re-activation

    Scenario: Whether connections survive a deactivation
      Given the connection "lamps" was added to Project Settings
      And the plugin "Socket.IO" is deactivated
      When the plugin "Socket.IO" is activated again
      Then it is noted whether the connection "lamps" is still there
