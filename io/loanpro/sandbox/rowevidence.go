package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// writeEvidence writes what a draft has beside the name.
func (c *clerk) writeEvidence(d *draft) {
	if c.dice.chance(rowBare) {
		return
	}
	truth := d.person
	c.mixUp(d)
	d.Email = c.has(rowEmail, func() string { return c.email(&d.person) })
	d.Phone = c.has(rowPhone, func() string { return c.phone(d) })
	d.Zip = c.has(rowZip, func() string { return c.zip(d) })
	if d.person.Kind == kindPerson {
		d.Birth = c.has(rowBirth, func() string { return c.birth(d.person.BirthDate) })
		d.SSN = c.has(rowSSN, func() string { return c.ssn(d.person.SSN) })
	}
	d.CustomID = c.has(of(rowCustomID, c.numbered), func() string { return d.person.CustomID })
	d.Loan = c.has(of(rowLoan, c.borrowing), func() string { return c.loanOf(d.at) })
	d.trap("mix_up", d.Birth != "" && d.person.BirthDate != truth.BirthDate || d.Phone != "" && d.person.Phone != truth.Phone)
	d.trap("moved", d.other.zip != "" && d.Zip != "" || d.other.phone != "" && d.Phone != "")
	if c.dice.chance(rowPlaceholder) {
		c.placeholder(d)
	}
}

// of returns the share of some people that makes up a share of all.
func of(share, some int) int { return share * 10_000 / max(some, 1) }

// has writes a cell in a share of all rows, of which some are bare.
func (c *clerk) has(share int, write func() string) string {
	if !c.dice.chance(of(share, 10_000-rowBare)) {
		return ""
	}
	return write()
}

// mixUp gives a row birth date and phone of another in the household.
func (c *clerk) mixUp(d *draft) {
	kin := c.kin(d.at)
	if len(kin) == 0 || !c.dice.chance(rowMixUp) {
		return
	}
	other := c.whole(int(pick(c.dice, kin)))
	d.person.BirthDate, d.person.Phone = other.BirthDate, other.Phone
}

func (c *clerk) email(p *Customer) string {
	email := p.Email
	if c.dice.chance(rowStaleEmail) {
		email = mailbox(initial(p.FirstName)+p.LastName+p.CompanyName) + strconv.Itoa(1000+c.dice.below(9000)) + "@" + mailDomain(c.dice)
	}
	if c.dice.chance(1000) {
		return strings.ToUpper(email)
	}
	return email
}

func (c *clerk) phone(d *draft) string {
	phone := d.person.Phone
	switch {
	case d.other.phone != "":
		phone = d.other.phone
	case c.dice.chance(rowStalePhone):
		phone = phoneNumber(c.dice)
	}
	area, exchange, line := phone[:3], phone[3:6], phone[6:]
	switch c.dice.below(6) {
	case 0:
		return "(" + area + ") " + exchange + "-" + line
	case 1, 2:
		return area + "-" + exchange + "-" + line
	case 3:
		return "+1 " + area + " " + exchange + " " + line
	case 4:
		if c.dice.chance(1000) {
			return area + "-" + exchange + "-" + line + " ext. " + strconv.Itoa(c.dice.between(1, 99))
		}
		return area + "." + exchange + "." + line
	}
	return phone
}

// birth writes a date as ISO, as Americans do or as a spreadsheet's number.
func (c *clerk) birth(iso string) string {
	date, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	switch roll := c.dice.below(10_000); {
	case roll < rowBirthSwapped && date.Day() <= 12:
		date = time.Date(date.Year(), time.Month(date.Day()), int(date.Month()), 0, 0, 0, 0, time.UTC)
	case roll >= 10_000-rowBirthDigit:
		date = date.AddDate(pick(c.dice, []int{-1, 1, -10, 10}), 0, 0)
	}
	switch c.dice.below(5) {
	case 0, 1:
		return date.Format(time.DateOnly)
	case 2, 3:
		return date.Format("1/2/2006")
	}
	return strconv.FormatInt(date.Unix()/day+25_569, 10) // days since the last of 1899, as Excel counts
}

func (c *clerk) ssn(digits string) string {
	if len(digits) != 9 {
		return ""
	}
	last := digits[5:]
	if c.dice.chance(rowSSNDigit) {
		at := c.dice.below(4)
		last = last[:at] + string('0'+(last[at]-'0'+1)%10) + last[at+1:]
	}
	switch c.dice.below(8) {
	case 0, 1:
		return digits[:3] + "-" + digits[3:5] + "-" + last
	case 2:
		return "XXX-XX-" + last
	case 3:
		return "*****" + last
	}
	return last
}

func (c *clerk) zip(d *draft) string {
	zip := d.person.Zip
	switch {
	case d.other.zip != "":
		zip = d.other.zip
	case c.dice.chance(rowStaleZip):
		zip = fmt.Sprintf("%05d", c.dice.between(10_001, 99_950))
	}
	switch c.dice.below(4) {
	case 0:
		return fmt.Sprintf("%s-%04d", zip, c.dice.between(1, 9999))
	case 1:
		return strings.TrimLeft(zip, "0") // as a spreadsheet keeps it
	}
	return zip
}

// placeholder writes what stands for nothing into one of the cells.
func (c *clerk) placeholder(d *draft) {
	d.trap("placeholder", true)
	switch c.dice.below(6) {
	case 0:
		d.Email = pick(c.dice, []string{"none@none.com", "noemail@noemail.com", "N/A"})
	case 1:
		d.Phone = pick(c.dice, []string{"0000000000", "(000) 000-0000", "999-999-9999"})
	case 2:
		d.Birth = pick(c.dice, []string{"1900-01-01", "1/1/1900", "01/01/1900"})
	case 3:
		d.SSN = pick(c.dice, []string{"000-00-0000", "0000", "999999999"})
	case 4:
		d.Zip = pick(c.dice, []string{"00000", "99999"})
	default:
		d.CustomID = pick(c.dice, []string{"N/A", "-", "0"})
	}
}
