package sandbox

import (
	"encoding/json"
	"strconv"
)

// What Shape.Total takes. The number is documented for lists of records; the
// rest is assumed, after what OpenSearch sends and middle layers make of it.
const (
	TotalNumber = "number" // 137
	TotalFloat  = "float"  // 137.0
	TotalString = "string" // "137"
	TotalObject = "object" // {"value":137,"relation":"eq"}
	TotalCapped = "capped" // {"value":137,"relation":"gte"}, and value 10,000 at most
)

// maxTotal is how far OpenSearch counts when it is not told to count all.
const maxTotal = 10_000

// relatedTotal is a total as OpenSearch writes it.
type relatedTotal struct {
	Value    int    `json:"value"`
	Relation string `json:"relation"` // eq, or gte for that many or more
}

// total returns what the summary says of n hits.
func (s *Shape) total(n int) any {
	switch s.Total {
	case TotalFloat:
		return json.Number(strconv.Itoa(n) + ".0")
	case TotalString:
		return strconv.Itoa(n)
	case TotalObject:
		return relatedTotal{n, "eq"}
	case TotalCapped:
		return relatedTotal{min(n, maxTotal), "gte"}
	}
	return n
}
