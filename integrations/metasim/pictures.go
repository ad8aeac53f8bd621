package metasim

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"math"
)

// The pictures are drawn, so that no real person is in them: a portrait, a landscape and a sticker, each from a text
// that decides its colours.

// paint says which colour a point of the unit square has.
type paint func(x, y float64) color.NRGBA

// draw samples the paint four times a pixel, which keeps edges smooth.
func draw(width, height int, at paint) []byte {
	const grid = 2
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for py := range height {
		for px := range width {
			var r, g, b, a int
			for i := range grid * grid {
				x := (float64(px) + (float64(i%grid)+0.5)/grid) / float64(width)
				y := (float64(py) + (float64(i/grid)+0.5)/grid) / float64(height)
				c := at(x, y)
				r, g, b, a = r+int(c.R), g+int(c.G), b+int(c.B), a+int(c.A)
			}
			const n = grid * grid
			img.SetNRGBA(px, py, color.NRGBA{uint8(r / n), uint8(g / n), uint8(b / n), uint8(a / n)})
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img) // a buffer does not fail
	return out.Bytes()
}

// dice turns a text into numbers between 0 and 1, the same ones for the same text.
func dice(text string) func() float64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	state := h.Sum64()
	return func() float64 {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return float64(state>>11) / (1 << 53)
	}
}

// hue is a colour of the wheel with the given lightness and saturation.
func hue(h, saturation, lightness float64) color.NRGBA {
	channel := func(shift float64) uint8 {
		k := math.Mod(shift+h*12, 12)
		a := saturation * min(lightness, 1-lightness)
		return uint8(255 * (lightness - a*max(-1, min(k-3, 9-k, 1))))
	}
	return color.NRGBA{channel(0), channel(8), channel(4), 255}
}

func inCircle(x, y, cx, cy, radius float64) bool { return math.Hypot(x-cx, y-cy) < radius }

// drawPortrait is head and shoulders before a plain wall.
func drawPortrait(of string) []byte {
	roll := dice(of)
	base := roll()
	wall, shirt := hue(base, 0.45, 0.78), hue(base+0.45+0.2*roll(), 0.5, 0.45)
	skin := hue(0.06+0.02*roll(), 0.5, 0.4+0.4*roll())
	hair, long := hue(0.07, 0.4, 0.1+0.3*roll()), roll() < 0.5
	return draw(160, 160, func(x, y float64) color.NRGBA {
		switch {
		case inCircle(x, y, 0.5, 0.46, 0.19) && y > 0.38-0.06*math.Cos(6*(x-0.5)):
			return skin
		case inCircle(x, y, 0.5, 0.42, 0.225) && (long || y < 0.46):
			return hair
		case math.Abs(x-0.5) < 0.075 && y > 0.5 && y < 0.76:
			return skin
		case long && math.Abs(x-0.5) < 0.22 && y > 0.4 && y < 0.66:
			return hair
		case inCircle(x, y, 0.5, 1.06, 0.36):
			return shirt
		}
		return wall
	})
}

// drawLandscape is hills under a low sun.
func drawLandscape(of string) []byte {
	roll := dice(of)
	base, sunX := roll(), 0.2+0.6*roll()
	wave, phase := 3+3*roll(), 6*roll()
	return draw(480, 320, func(x, y float64) color.NRGBA {
		near := 0.76 + 0.06*math.Sin(wave*x+phase)
		far := 0.6 + 0.08*math.Sin(1.4*wave*x+2*phase)
		switch {
		case y > near:
			return hue(base+0.3, 0.35, 0.3)
		case y > far:
			return hue(base+0.3, 0.3, 0.45)
		case inCircle(1.5*x, y, 1.5*sunX, 0.42, 0.11):
			return hue(0.13, 0.9, 0.85)
		}
		return hue(base, 0.55, 0.6+0.3*y)
	})
}

// drawSticker is a smiling face.
func drawSticker() []byte {
	return draw(160, 160, func(x, y float64) color.NRGBA {
		mouth := math.Hypot(x-0.5, y-0.5)
		switch {
		case inCircle(x, y, 0.36, 0.4, 0.05), inCircle(x, y, 0.64, 0.4, 0.05):
			return color.NRGBA{70, 45, 20, 255}
		case mouth > 0.24 && mouth < 0.29 && y > 0.58:
			return color.NRGBA{70, 45, 20, 255}
		case inCircle(x, y, 0.5, 0.5, 0.46):
			return color.NRGBA{255, uint8(214 - 40*y), 70, 255}
		}
		return color.NRGBA{255, 214, 70, 0}
	})
}
