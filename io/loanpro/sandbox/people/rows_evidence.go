package people

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// setEvidence sets all cells but the name.
func (g *rowGenerator) setEvidence(d *draft) {
	if g.random.chance(rowBare) {
		return
	}
	truth := d.person
	g.mixUp(d)
	d.Email = g.cell(rowEmail, func() string { return g.email(&d.person) })
	d.Phone = g.cell(rowPhone, func() string { return g.phone(d) })
	d.Zip = g.cell(rowZip, func() string { return g.zip(d) })
	if d.person.Kind == kindPerson {
		d.Birth = g.cell(rowBirth, func() string { return g.birth(d.person.BirthDate) })
		d.SSN = g.cell(rowSSN, func() string { return g.ssn(d.person.SSN) })
	}
	d.CustomID = g.cell(shareAmong(g.withCustomID, rowCustomID), func() string { return d.person.CustomID })
	d.Loan = g.cell(shareAmong(g.withLoan, rowLoan), func() string { return g.loanOf(d.at) })
	d.addTrap("mix_up", d.Birth != "" && d.person.BirthDate != truth.BirthDate || d.Phone != "" && d.person.Phone != truth.Phone)
	d.addTrap("moved", d.other.zip != "" && d.Zip != "" || d.other.phone != "" && d.Phone != "")
	if g.random.chance(rowPlaceholder) {
		g.placeholder(d)
	}
}

// shareAmong converts a share of all into a share of some, who are a part of
// all. All are in ten thousandths.
func shareAmong(some, share int) int { return share * 10_000 / max(some, 1) }

// cell makes a cell in a share of all rows. Bare rows never get here.
func (g *rowGenerator) cell(share int, value func() string) string {
	if !g.random.chance(shareAmong(10_000-rowBare, share)) {
		return ""
	}
	return value()
}

// mixUp replaces birth date and phone by those of another in the household.
func (g *rowGenerator) mixUp(d *draft) {
	others := g.housemates(d.at)
	if len(others) == 0 || !g.random.chance(rowMixUp) {
		return
	}
	other := g.completed(int(pick(g.random, others)))
	d.person.BirthDate, d.person.Phone = other.BirthDate, other.Phone
}

func (g *rowGenerator) email(p *Customer) string {
	email := p.Email
	if g.random.chance(rowStaleEmail) {
		email = mailbox(initial(p.FirstName)+p.LastName+p.CompanyName) + strconv.Itoa(1000+g.random.intn(9000)) + "@" + mailDomain(g.random)
	}
	if g.random.chance(1000) {
		return strings.ToUpper(email)
	}
	return email
}

func (g *rowGenerator) phone(d *draft) string {
	phone := d.person.Phone
	switch {
	case d.other.phone != "":
		phone = d.other.phone
	case g.random.chance(rowStalePhone):
		phone = phoneNumber(g.random)
	}
	area, exchange, line := phone[:3], phone[3:6], phone[6:]
	switch g.random.intn(6) {
	case 0:
		return "(" + area + ") " + exchange + "-" + line
	case 1, 2:
		return area + "-" + exchange + "-" + line
	case 3:
		return "+1 " + area + " " + exchange + " " + line
	case 4:
		if g.random.chance(1000) {
			return area + "-" + exchange + "-" + line + " ext. " + strconv.Itoa(g.random.between(1, 99))
		}
		return area + "." + exchange + "." + line
	}
	return phone
}

// birth formats a date as ISO, the American way, or as a spreadsheet's number.
func (g *rowGenerator) birth(iso string) string {
	date, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	switch roll := g.random.intn(10_000); {
	case roll < rowBirthSwapped && date.Day() <= 12:
		date = time.Date(date.Year(), time.Month(date.Day()), int(date.Month()), 0, 0, 0, 0, time.UTC)
	case roll >= 10_000-rowBirthDigit:
		date = date.AddDate(pick(g.random, []int{-1, 1, -10, 10}), 0, 0)
	}
	switch g.random.intn(5) {
	case 0, 1:
		return date.Format(time.DateOnly)
	case 2, 3:
		return date.Format("1/2/2006")
	}
	return strconv.FormatInt(date.Unix()/day+25_569, 10) // days since the end of 1899, as Excel counts
}

func (g *rowGenerator) ssn(digits string) string {
	if len(digits) != 9 {
		return ""
	}
	last := digits[5:]
	if g.random.chance(rowSSNDigit) {
		at := g.random.intn(4)
		last = last[:at] + string('0'+(last[at]-'0'+1)%10) + last[at+1:]
	}
	switch g.random.intn(8) {
	case 0, 1:
		return digits[:3] + "-" + digits[3:5] + "-" + last
	case 2:
		return "XXX-XX-" + last
	case 3:
		return "*****" + last
	}
	return last
}

func (g *rowGenerator) zip(d *draft) string {
	zip := d.person.Zip
	switch {
	case d.other.zip != "":
		zip = d.other.zip
	case g.random.chance(rowStaleZip):
		zip = fmt.Sprintf("%05d", g.random.between(10_001, 99_950))
	}
	switch g.random.intn(4) {
	case 0:
		return fmt.Sprintf("%s-%04d", zip, g.random.between(1, 9999))
	case 1:
		return strings.TrimLeft(zip, "0") // as a spreadsheet stores it
	}
	return zip
}

// placeholder sets one of the cells to a placeholder.
func (g *rowGenerator) placeholder(d *draft) {
	d.addTrap("placeholder", true)
	switch g.random.intn(6) {
	case 0:
		d.Email = pick(g.random, []string{"none@none.com", "noemail@noemail.com", "N/A"})
	case 1:
		d.Phone = pick(g.random, []string{"0000000000", "(000) 000-0000", "999-999-9999"})
	case 2:
		d.Birth = pick(g.random, []string{"1900-01-01", "1/1/1900", "01/01/1900"})
	case 3:
		d.SSN = pick(g.random, []string{"000-00-0000", "0000", "999999999"})
	case 4:
		d.Zip = pick(g.random, []string{"00000", "99999"})
	default:
		d.CustomID = pick(g.random, []string{"N/A", "-", "0"})
	}
}
