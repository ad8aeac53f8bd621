package account

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"kontor/domain/errs"
)

// Brand is what an account looks like to people outside: on the pages of links to its files, and in its mails.
type Brand struct {
	BrandName  string `json:"brand_name" doc:"what people outside see; empty: none, the product's own"`
	BrandColor string `json:"brand_color" doc:"as #0e6d7b; empty: the product's own"`
	// Logo is the id of the picture: its blob is named after it.
	Logo     string `json:"logo" doc:"id of the picture, another one with each; empty: none"`
	LogoType string `json:"-"`
}

// ProductColor is what is shown where an account has no colour of its own.
const ProductColor = "#0e6d7b"

var hexColor = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// applyBrand changes what a Change says of name and colour.
func (a *Account) applyBrand(c Change) (problems []errs.Problem) {
	if c.BrandName != nil {
		a.BrandName = strings.TrimSpace(*c.BrandName)
		if a.BrandName != "" {
			_, wrong := Label("body.brand_name", a.BrandName)
			problems = append(problems, wrong...)
		}
	}
	if c.BrandColor != nil {
		a.BrandColor = strings.ToLower(*c.BrandColor)
		if a.BrandColor != "" && !hexColor.MatchString(a.BrandColor) {
			problems = append(problems, errs.At("body.brand_color", "account.color"))
		}
	}
	return problems
}

// Palette are the colours that a brand's colour gives: whatever it is, what is written with it can be read (WCAG 2, AA).
type Palette struct {
	Fill    string // the colour itself: behind buttons
	Ink     string // what is written on it
	OnLight string // the colour for text on white
	OnDark  string // the colour for text on Dark
}

// Dark is the background of pages for those who like them dark.
const Dark = "#171e23"

// readable is the least contrast of text, and a little more, because what is derived is rounded.
const readable = 4.6

// Palette returns the colours of the brand. app/web/src/features/account/palette.ts does the same for the preview.
func (b Brand) Palette() Palette {
	fill := b.BrandColor
	if !hexColor.MatchString(fill) { // also what somebody wrote into the database
		fill = ProductColor
	}
	p := Palette{Fill: fill, Ink: "#ffffff", OnLight: towards(fill, "#000000", "#ffffff"), OnDark: towards(fill, "#ffffff", Dark)}
	if Contrast(fill, "#ffffff") < Contrast(fill, "#000000") && Contrast(fill, "#ffffff") < readable {
		p.Ink = "#000000"
	}
	return p
}

// towards mixes a colour with another one until it can be read on a background.
func towards(color, end, background string) string {
	for part := 0; part < 20; part++ {
		if mixed := mix(color, end, float64(part)/20); Contrast(mixed, background) >= readable {
			return mixed
		}
	}
	return end
}

func mix(a, b string, part float64) string {
	x, y := channels(a), channels(b)
	var out [3]int
	for i := range out {
		out[i] = int(math.Round(x[i] + (y[i]-x[i])*part))
	}
	return fmt.Sprintf("#%02x%02x%02x", out[0], out[1], out[2])
}

// Contrast is how well one colour can be told from another, from 1 to 21.
func Contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(color string) float64 {
	c := channels(color)
	for i, v := range c {
		v /= 255
		if v <= 0.04045 {
			c[i] = v / 12.92
		} else {
			c[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}

// channels are the red, green and blue of a colour that hexColor matches.
func channels(color string) (c [3]float64) {
	n, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		return c
	}
	return [3]float64{float64(n >> 16 & 255), float64(n >> 8 & 255), float64(n & 255)}
}
