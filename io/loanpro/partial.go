package loanpro

import "github.com/go-json-experiment/json/jsontext"

// completeness holds the fields with which a search says that its answer is
// incomplete, as OpenSearch writes them. LoanPro does not document whether it
// passes them on.
type completeness struct {
	TimedOut flag   `json:"timed_out"`
	Shards   shards `json:"_shards"`
}

func (a *completeness) incomplete() bool { return bool(a.TimedOut) || a.Shards.Failed > 0 }

// shards are the parts of an index. An answer lacks the records of those that
// failed.
type shards struct {
	Failed count `json:"failed"`
}

func (s *shards) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	type object shards
	*s = shards{}
	return readObject(from, (*object)(s))
}
