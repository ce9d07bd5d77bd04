package config

import "pychron-edge/yamlfile"

// Unkept warns of rules whose trips do not outlive the agent, because there is neither a journal nor a state directory:
// a rule that tripped is forgotten at the next start. stateDir is the directory for what survives the process, "" if none
// is known.
func (p *Plan) Unkept(stateDir string) []Problem {
	if len(p.Rules) == 0 || p.Config.Agent.Journal.Path != "" || stateDir != "" {
		return nil
	}
	k := p.Config.source
	return []Problem{{File: k.File, Position: yamlfile.PlaceOf(k.Node("rules")), Warning: true, Text: "trips of rules are forgotten at a restart, for there is neither a journal nor a state directory; must be agent.journal or STATE_DIRECTORY"}}
}
