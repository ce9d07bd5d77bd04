package main

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
)

// target is one group of Prometheus' HTTP service discovery.
type target struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// targets answers GET /targets: the addresses that the agents advertise, for Prometheus to scrape. An agent that listens on loopback
// only is left out, unless the fleet is local.
func (f *fleet) targets(w http.ResponseWriter, _ *http.Request) {
	list := []target{}
	for _, s := range f.sources(f.now()) {
		u, err := url.Parse(s.HTTP)
		if err != nil || u.Host == "" {
			continue
		}
		if ip := net.ParseIP(u.Hostname()); ip != nil && ip.IsLoopback() && !f.local {
			continue
		}
		labels := map[string]string{"agent": s.Source}
		if u.Scheme == "https" {
			labels["__scheme__"] = "https"
		}
		list = append(list, target{[]string{u.Host}, labels})
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(list) // the client is gone if this fails
}
