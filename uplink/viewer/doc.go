// Command viewer shows many agents: it subscribes to the events of every agent at an MQTT broker, stores them, requests those that are
// missing, and serves the agents' page with a choice of the source, history and export.
//
// It sends no commands and fetches no URL that came by MQTT.
package main
