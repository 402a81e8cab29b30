package loanpro

import "github.com/go-json-experiment/json/jsontext"

// admission is where a search says that its answer is not complete. LoanPro does
// not document that it passes this on; OpenSearch writes it so.
type completeness struct {
	TimedOut flag   `json:"timed_out"`
	Shards   shards `json:"_shards"`
}

func (a *completeness) incomplete() bool { return bool(a.TimedOut) || a.Shards.Failed > 0 }

// shards are the parts of an index; those that failed are missing from the answer.
type shards struct {
	Failed count `json:"failed"`
}

func (s *shards) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	type object shards
	*s = shards{}
	return readObject(from, (*object)(s))
}
