// Package e2e runs the built binaries as a user does, against programs we did not write: mosquitto and its clients,
// Prometheus and promtool, Modbus servers by pymodbus and libmodbus, and Chromium. `make e2e` installs what is missing; nothing is skipped silently.
package e2e
