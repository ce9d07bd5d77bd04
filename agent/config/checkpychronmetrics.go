package config

import (
	"cmp"
	"net/url"
	"time"

	"pychron-edge/yamlfile"
)

// defaultMetricsEvery is the time between two looks at Pychron's metrics.
const defaultMetricsEvery = 5 * time.Second

// pychronMetrics checks where Pychron's metrics are.
func (k *checking) pychronMetrics() {
	m := &k.config.Pychron.Metrics
	if *m == (PychronMetricsConfig{}) {
		return
	}
	m.Namespace, m.Every = cmp.Or(m.Namespace, defaultNamespace), cmp.Or(m.Every, defaultMetricsEvery)
	u, err := url.Parse(m.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		k.At("pychron.metrics", "url is %q; must be that of Pychron's metrics, such as http://pychron.lab:9109/metrics", yamlfile.Short(yamlfile.OnlyHost(m.URL)))
	}
	if !namespacePattern.MatchString(m.Namespace) {
		k.At("pychron.metrics.namespace", "namespace is %q; must be letters, digits and _, not beginning with a digit", yamlfile.Short(m.Namespace))
	}
	if m.Every < time.Second || m.Every > 10*time.Minute {
		k.At("pychron.metrics.every", "every is %v; must be 1s to 10m", m.Every)
	}
}
