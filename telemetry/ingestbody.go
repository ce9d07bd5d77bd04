package telemetry

// Ingest takes a body of POST /events that came another way, and gives how many events it brought. It takes all of them or none, and
// refuses what the call refuses.
func (s *Server) Ingest(who string, body []byte) (int, error) {
	if len(body) > maxBody {
		return 0, bad("body of %d bytes; must be at most %d", len(body), maxBody)
	}
	events, err := s.ingest().parsePosted(body)
	if err != nil {
		return 0, err
	}
	return len(events), s.Backend.Ingest(who, events)
}

func (s *Server) ingest() *ingest {
	return &ingest{backend: s.Backend, namespace: s.Namespace, refuses: s.Refuses, now: s.Now}
}
