package loanpro

import "encoding/json"

// admission is where a search says that its answer is not complete. LoanPro does
// not document that it passes this on; OpenSearch writes it so.
type admission struct {
	TimedOut flag   `json:"timed_out"`
	Shards   shards `json:"_shards"`
}

func (a *admission) partly() bool { return bool(a.TimedOut) || a.Shards.Failed > 0 }

// shards are the parts of an index; those that failed are missing from the answer.
type shards struct{ Failed count }

func (s *shards) UnmarshalJSON(raw []byte) error {
	var object struct {
		Failed count `json:"failed"`
	}
	if raw[0] == '{' {
		if err := json.Unmarshal(raw, &object); err != nil {
			return err
		}
	}
	s.Failed = object.Failed
	return nil
}
