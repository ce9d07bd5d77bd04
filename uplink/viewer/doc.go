// Command viewer is an agent with a broker where the bench would be: it subscribes to every agent's events, stores them,
// asks for what is missing, and serves the same page with a source to choose, history and export.
//
// It commands nothing and fetches no URL that came by MQTT.
package main
