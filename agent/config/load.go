package config

import "pychron-edge/yamlfile"

// Load reads a configuration from data; path is only for the messages. It opens nothing. Every mistake of form is a
// problem: an unknown key, a value of the wrong kind, a key given twice, an empty name, NaN, a second document. check
// finds the mistakes of meaning, and must be called on a Config even if there were problems, so that all of them are told
// at once.
func Load(path string, data []byte) (*Config, []Problem) {
	c := &Config{}
	c.source = yamlfile.Read(path, data, c, "a configuration with agent and devices")
	return c, c.source.Sorted()
}
