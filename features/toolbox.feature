@studio
Feature: Toolbox and scopes
  The Toolbox lists the nodes that a scope of the logic can use, by category.
  (toolbox/overview, each node's page)

  @must @TBX-1
  Rule: The nodes are under Communication, Socket.IO, and the event listener nodes under its Events

    Scenario Outline: A Socket.IO node stands in its category
      Given a new project
      When the Toolbox of the scope "Project" is opened
      Then it lists "<node>" under "<category>"

      Examples:
        | node                  | category                          |
        | Socket.IO Send        | Communication > Socket.IO          |
        | Socket.IO Start       | Communication > Socket.IO          |
        | Socket.IO Stop        | Communication > Socket.IO          |
        | Socket.IO Subscribe   | Communication > Socket.IO          |
        | Socket.IO Unsubscribe | Communication > Socket.IO          |
        | On Socket.IO Error    | Communication > Socket.IO > Events |
        | On Socket.IO Receive  | Communication > Socket.IO > Events |
        | On Socket.IO Start    | Communication > Socket.IO > Events |
        | On Socket.IO Stop     | Communication > Socket.IO > Events |

  @must @TBX-2
  Rule: Each of them is available in the scopes Project and Scene

    Scenario Outline: A scope offers all Socket.IO nodes
      Given a new project
      When the Toolbox of the scope "<scope>" is opened
      Then it lists the Socket.IO nodes

      Examples:
        | scope   |
        | Project |
        | Scene   |

  @must @TBX-3
  Rule: None of them is available in Function or Prefab

    Scenario Outline: A scope offers no Socket.IO node
      Given a new project
      When the Toolbox of the scope "<scope>" is opened
      Then it lists no Socket.IO node

      Examples:
        | scope    |
        | Function |
        | Prefab   |

  @may @TBX-4
  Rule: On Socket.IO Subscribe and On Socket.IO Unsubscribe may be missing

    Scenario Outline: Whether an optional event listener node is there
      Given a new project
      When the Toolbox of the scope "Project" is opened
      Then it is noted whether it lists "<node>"

      Examples:
        | node                     |
        | On Socket.IO Subscribe   |
        | On Socket.IO Unsubscribe |
