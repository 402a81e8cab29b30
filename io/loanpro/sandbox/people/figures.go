package people

import "time"

// Figures are the sums and dates of a loan: sums in cents, dates in Unix
// seconds.
type Figures struct {
	Amount, Balance, Payment int64
	DaysPastDue              int
	Created, Contract, Due   int64
}

// Figures returns the sums and dates of the loan. They follow from its system
// ID alone, so a tenant read back from files has the same ones.
func (l *Loan) Figures() Figures {
	state := Scramble(uint64(l.ID))
	next := func(n uint64) int64 { // the next of several independent numbers below n
		state = Scramble(state)
		return int64(state % n)
	}
	f := Figures{Amount: 100_000 + next(4_900_000)}
	f.Balance = f.Amount * next(100) / 100
	f.Payment = f.Amount/48 + 1
	if next(7) == 0 {
		f.DaysPastDue = int(1 + next(120))
	}
	f.Contract = startOf(2015) + day*next(3600)
	f.Created = f.Contract + next(day)
	f.Due = startOf(2026) + day*next(60)
	return f
}

// Created returns when the customer was entered, in Unix seconds.
func (c *Customer) Created() int64 {
	return startOf(2015) + int64(Scramble(uint64(c.ID))%(3600*day))
}

const day = 24 * 60 * 60 // seconds

// startOf returns the first second of a year.
func startOf(year int) int64 { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix() }
