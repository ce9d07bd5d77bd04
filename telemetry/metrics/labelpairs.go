package metrics

import dto "github.com/prometheus/client_model/go"

// labelPairs are the labels of all series, each name and value once: a device stands in some twenty series.
type labelPairs map[[2]string]*dto.LabelPair

// pair is the label of a name and a value. It must not be changed.
func (l labelPairs) pair(name, value string) *dto.LabelPair {
	key := [2]string{name, value}
	if l[key] == nil {
		l[key] = &dto.LabelPair{Name: &key[0], Value: &key[1]}
	}
	return l[key]
}

// forget drops the labels of a series that is gone. Series that still have one of them keep it; those to come get a new one.
func (l labelPairs) forget(pairs []*dto.LabelPair) {
	for _, p := range pairs {
		delete(l, [2]string{p.GetName(), p.GetValue()})
	}
}
