package match

// agreement is what comparing one thing about two people came to.
type agreement uint8

// What a comparison can come to.
const (
	silent  agreement = iota // one of them does not say
	agrees                   // the same
	differs                  // not the same, but that proves nothing
	vetoes                   // not the same, so not the same person
)
