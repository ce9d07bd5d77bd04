// Package webconfig serves HTTP as a Prometheus web configuration file says: TLS, users with bcrypt passwords, headers, and a limit of
// requests. The file is that of every Prometheus program
// (https://prometheus.io/docs/prometheus/latest/configuration/https/), with all its keys.
//
//  1. The file is read again for each request and each TLS handshake: a new certificate, user or header needs no restart. What belongs to
//     the listener is as it was at the start: whether there is TLS, HTTP/2, and the limit of requests.
//  2. A file that has become unreadable or wrong lets nobody in: requests get 500, handshakes fail.
//  3. Unknown keys are mistakes.
//
// Prometheus' own library for it, exporter-toolkit, brings client code whose tracing keeps the linker from leaving out any exported
// method: 3.4 MB more of the viewer, 1.0 MB of the agent. The tests of this package compare the two over the same files.
package webconfig
