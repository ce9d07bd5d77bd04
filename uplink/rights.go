package uplink

// AgentReceives returns the topics that an agent receives: what a broker must permit it to read.
func AgentReceives(prefix, agent string) (all []string) {
	names := newTopicNames(prefix, agent)
	for _, t := range topics {
		if t.from == fromOthers {
			all = append(all, names.of(t))
		}
	}
	return all
}
