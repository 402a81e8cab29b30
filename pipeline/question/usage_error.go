package question

// UsageError says that loanmap cannot do what it was asked to do as it was asked:
// flags, files or columns do not fit together. Nothing was written. Neither text
// holds a value of a row.
type UsageError struct {
	Problem string // what is wrong
	Hint    string // what the person can do about it
}

// Error returns the problem.
func (e *UsageError) Error() string { return e.Problem }

// Advice returns the hint.
func (e *UsageError) Advice() string { return e.Hint }

// Usage returns a *UsageError.
func Usage(problem, hint string) *UsageError { return &UsageError{Problem: problem, Hint: hint} }

// HeaderError says that a header does not say what to ask.
func HeaderError(problem, hint string) *UsageError {
	return Usage("reading the header: "+problem, hint)
}
