package config

import "pychron-edge/yamlfile"

// Problem is one mistake in a configuration, or something that looks like one.
type Problem = yamlfile.Problem

// Position is a place in the configuration file, from 1.
type Position = yamlfile.Position
