package telemetry

import "errors"

// Ingest takes a body of POST /events that came another way. It takes all of its events or none, and refuses what the call refuses. A
// nil server is one that is not made yet.
func (s *Server) Ingest(who string, body []byte) error {
	if s == nil {
		return errors.New("the program is starting")
	}
	if len(body) > maxBody {
		return bad("body of %d bytes; must be at most %d", len(body), maxBody)
	}
	events, err := s.ingest().parsePosted(body)
	if err != nil {
		return err
	}
	return s.Backend.Ingest(who, events)
}

func (s *Server) ingest() *ingest {
	return &ingest{backend: s.Backend, namespace: s.Namespace, refuses: s.Refuses, now: s.Now}
}
