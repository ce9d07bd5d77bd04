package doctor

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"time"

	"pychron-edge/yamlfile"
)

// Bundle packs what somebody elsewhere needs to help, without secrets: a .tar.gz of the findings, the ports, what the program says
// of itself, and the configuration.
func Bundle(all []Finding, ports, about, configuration []byte, now time.Time) ([]byte, error) {
	var findings, packed bytes.Buffer
	if err := Write(&findings, all); err != nil {
		return nil, err
	}
	z := gzip.NewWriter(&packed)
	t := tar.NewWriter(z)
	for _, f := range []struct {
		name string
		data []byte
	}{{"doctor.txt", findings.Bytes()}, {"ports.txt", ports}, {"version.txt", about}, {"agent.yaml", yamlfile.WithoutSecrets(configuration)}} {
		if err := t.WriteHeader(&tar.Header{Name: "pychron-edge/" + f.name, Mode: 0o644, Size: int64(len(f.data)), ModTime: now}); err != nil {
			return nil, err
		}
		if _, err := t.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := t.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
