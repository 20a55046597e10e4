Feature: Socket.IO Subscribe and Socket.IO Unsubscribe
  Subscribe starts listening to an event of a namespace. Unsubscribe ends the listening. On Receive
  executes for events with a subscription. (toolbox/communication/socketio/socketiosubscribe,
  socketiounsubscribe, events/onsocketiosubscribe, events/onsocketiounsubscribe)

  @must @SUB-1
  Rule: Both nodes have a pulse input, a pulse output, and inputs for an event's name and namespace

    Scenario Outline: A subscribing node takes an event's name and a namespace
      When the node type "<node>" is looked up
      Then it has exactly the inputs
        | name        | type   |
        | Pulse Input | Pulse  |
        | Event Name  | String |
        | Namespace   | String |
      And it has exactly the outputs
        | name         | type  |
        | Pulse Output | Pulse |
      And its attribute "Namespace" is "/" by default

      Examples:
        | node                  |
        | Socket.IO Subscribe   |
        | Socket.IO Unsubscribe |

  @must @SUB-2
  Rule: Subscribe starts listening to the event of that name in that namespace

    Scenario Outline: An event that was subscribed to executes On Receive
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" of "main"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: An event of a namespace that was subscribed to executes On Receive
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      When the server emits the event "news" in the namespace "/chat" with "hello"
      Then "receiver" pulses

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario: Subscribe without a namespace listens in the main one
      Given a project with the connection "main"
      And an "On Socket.IO Receive" node "receiver" for "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news |
      And the connection "main" is established
      And "subscribe" has received a pulse and finished
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

    Scenario: Subscribe listens in the namespace that comes with the pulse
      Given a project with the connection "main"
      And an "On Socket.IO Receive" node "receiver" for "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news |
      And the connection "main" is established
      And "subscribe" has received a pulse with the "Namespace" "/late"
      And "subscribe" has pulsed
      When the server emits the event "news" in the namespace "/late" with "hello"
      Then "receiver" pulses

    Scenario: Two events can be subscribed to
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "receiver" listens to the event "sports" of "main"
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

    Scenario: Subscribe listens from the branch of On Start
      Given a project with the connection "main"
      And an "On Socket.IO Receive" node "receiver" for "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news |
      And the pulse of "On Socket.IO Start" leads to "subscribe"
      And the connection "main" is established
      And "subscribe" has pulsed
      When the server emits the event "news" with "hello"
      Then "receiver" pulses

    Scenario Outline: Subscribe listens again after the connection was stopped and started again
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "<namespace>" of "main"
      And the connection "main" was stopped and established again
      And the event "news" in the namespace "<namespace>" of "main" was subscribed to again
      When the server emits the event "news" in the namespace "<namespace>" with "hello"
      Then "receiver" pulses

      Examples:
        | namespace |
        | /         |
        | /chat     |

    Scenario: Socket.IO Subscribe sends its output pulse
      Given a project with the connection "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news |
      And the connection "main" is established
      When "subscribe" receives a pulse
      Then "subscribe" pulses once

  @must @SUB-3
  Rule: Namespace and event name together identify the event that is listened to

    Scenario: Subscriptions in two namespaces are independent
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "/" of "main"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      And the event "news" in the namespace "/" of "main" was unsubscribed from
      When the server emits the event "news" in the namespace "/chat" with "hello"
      Then "receiver" pulses with
        | Namespace    | /chat |
        | Trigger Name | news  |
        | Message      | hello |

    Scenario: Unsubscribing in one namespace ends nothing in another one
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "/chat" of "main"
      And "receiver" listens to the event "news" in the namespace "/" of "main"
      And the event "news" in the namespace "/chat" of "main" was unsubscribed from
      When the server emits the event "news" in the namespace "/" with "hello"
      Then "receiver" pulses with
        | Namespace    | /     |
        | Trigger Name | news  |
        | Message      | hello |

    @dwell
    Scenario Outline: The same event name in another namespace is not subscribed to
      Given a project with the connection "main"
      And "receiver" listens to the event "news" in the namespace "<namespace>" of "main"
      And "receiver" listens to the event "end" in the namespace "<another>" of "main"
      And the server has emitted the event "unknown" in the namespace "<another>" with "unknown"
      And the server has emitted the event "news" in the namespace "<another>" with "elsewhere"
      When the server emits the event "end" in the namespace "<another>" with "end"
      Then "receiver" pulses with "end", and before it with both "unknown" and "elsewhere" or with neither

      Examples:
        | namespace | another    |
        | /         | /chat      |
        | /chat     | /Chat      |
        | /chat     | /chat/left |
        | /chat     | /chatter   |

  @must @SUB-4
  Rule: Unsubscribe ends the listening to that event; other subscriptions stay

    @dwell
    Scenario Outline: An event that was unsubscribed from no longer executes On Receive
      Given a project with the connection "main" over "<transport>"
      And "receiver" listens to the event "news" of "main"
      And the event "news" in the namespace "/" of "main" was unsubscribed from
      When the server emits the event "news" with "too late"
      Then "receiver" does not pulse

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
        | upgraded     |

    Scenario Outline: Unsubscribing from one event leaves another one subscribed
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And "receiver" listens to the event "<another>" of "main"
      And the event "news" in the namespace "/" of "main" was unsubscribed from
      When the server emits the event "<another>" with "hello"
      Then "receiver" pulses with
        | Trigger Name | <another> |
        | Message      | hello     |

      Examples:
        | another    |
        | sports     |
        | News       |
        | newsletter |

    @dwell
    Scenario: Unsubscribe without a namespace ends the listening in the main one
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Unsubscribe" node "unsubscribe" for "main" with
        | Event Name | news |
      And "unsubscribe" has received a pulse and finished
      When the server emits the event "news" with "too late"
      Then "receiver" does not pulse

    @dwell
    Scenario: Unsubscribe ends the listening from the branch of On Receive
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Unsubscribe" node "unsubscribe" for "main" with
        | Event Name | news |
      And the pulse of "receiver" leads to "unsubscribe"
      And the server has emitted the event "news" in the namespace "/" with "the last one"
      And "unsubscribe" has pulsed
      When the server emits the event "news" with "too late"
      Then "receiver" pulses once

    @dwell
    Scenario: Unsubscribing once ends a double subscription
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And the event "news" in the namespace "/" of "main" was subscribed to again
      And the event "news" in the namespace "/" of "main" was unsubscribed from
      When the server emits the event "news" with "too late"
      Then "receiver" does not pulse

    Scenario: An event can be subscribed to again
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And the event "news" in the namespace "/" of "main" was unsubscribed from
      And the event "news" in the namespace "/" of "main" was subscribed to again
      When the server emits the event "news" with "hello again"
      Then "receiver" pulses with
        | Message | hello again |

    Scenario: Socket.IO Unsubscribe sends its output pulse
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And a "Socket.IO Unsubscribe" node "unsubscribe" for "main" with
        | Event Name | news |
      When "unsubscribe" receives a pulse
      Then "unsubscribe" pulses once

  @may @SUB-5
  Rule: On Receive may execute for events without a subscription

    Scenario: Whether On Receive executes for events without a subscription
      Given a project with the connection "main"
      And "receiver" listens to the event "end" of "main"
      And the server has emitted the event "unknown" in the namespace "/" with "unknown"
      When the server emits the event "end" with "end"
      Then it is noted whether "receiver" pulses for the message "unknown" before "end"

  @must @SUB-6
  Rule: On Subscribe and On Unsubscribe pulse after the change, and give the namespace

    Scenario Outline: A node that listens to subscriptions gives the namespace
      When the node type "<node>" is looked up
      Then it has no input
      And it has exactly the outputs
        | name         | type   |
        | Pulse Output | Pulse  |
        | Namespace    | String |

      Examples:
        | node                     |
        | On Socket.IO Subscribe   |
        | On Socket.IO Unsubscribe |

    @dwell
    Scenario Outline: On Subscribe pulses once the event was subscribed to
      Given a project with the connection "main"
      And an "On Socket.IO Subscribe" node "subscribed" for "main"
      And a "Socket.IO Subscribe" node "subscribe" for "main" with
        | Event Name | news        |
        | Namespace  | <namespace> |
      And the connection "main" is established
      When "subscribe" receives a pulse
      Then "subscribed" pulses once with
        | Namespace | <namespace> |

      Examples:
        | namespace |
        | /         |
        | /chat     |

    @dwell
    Scenario Outline: On Unsubscribe pulses once the event was unsubscribed from
      Given a project with the connection "main"
      And an "On Socket.IO Unsubscribe" node "unsubscribed" for "main"
      And "receiver" listens to the event "news" in the namespace "<namespace>" of "main"
      And a "Socket.IO Unsubscribe" node "unsubscribe" for "main" with
        | Event Name | news        |
        | Namespace  | <namespace> |
      When "unsubscribe" receives a pulse
      Then "unsubscribed" pulses once with
        | Namespace | <namespace> |

      Examples:
        | namespace |
        | /         |
        | /chat     |

  @silent @SUB-7
  Rule: Subscribing twice, and unsubscribing without a subscription, do no harm

    @dwell
    Scenario: Subscribing twice delivers an event once
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And the event "news" in the namespace "/" of "main" was subscribed to again
      When the server emits the event "news" with "hello"
      Then "receiver" pulses once

    Scenario: Unsubscribing without a subscription does no harm
      Given a project with the connection "main"
      And "receiver" listens to the event "news" of "main"
      And the event "sports" in the namespace "/" of "main" was unsubscribed from
      When the server emits the event "news" with "hello"
      Then "receiver" pulses
      And the implementation still answers
