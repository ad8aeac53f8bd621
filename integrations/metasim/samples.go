package metasim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"sync"
)

// variants is how many different sample pictures there are.
const variants = 6

// sample returns a file of the kind that an attachment type needs; nil for the types that are no files. The lock is
// held.
func (s *Sim) sample(kind string) *file {
	var name, contentType string
	var data func() []byte
	variant := 0
	switch kind {
	case "image":
		variant = s.ids.intn(variants)
		name, contentType = "photo.png", "image/png"
		data = func() []byte { return drawLandscape(strconv.Itoa(variant)) }
	case "sticker":
		name, contentType, data = "sticker.png", "image/png", drawSticker
	case "audio":
		name, contentType, data = "voice.wav", "audio/wav", sampleVoice
	case "video":
		name, contentType, data = "video.mp4", "video/mp4", sampleVideo
	case "file":
		name, contentType, data = "document.pdf", "application/pdf", sampleDocument
	default:
		return nil
	}
	key := kind + strconv.Itoa(variant)
	if s.samples[key] == nil {
		s.samples[key] = s.addFile(name, contentType, sync.OnceValue(data))
	}
	return s.samples[key]
}

// sampleVoice is two seconds of a soft, falling tone: 8 kHz, 8 bit, mono.
func sampleVoice() []byte {
	const rate, seconds = 8000, 2
	tone := make([]byte, rate*seconds)
	phase := 0.0
	for i := range tone {
		x := float64(i) / float64(len(tone))
		phase += 2 * math.Pi * (440 - 180*x) / rate
		tone[i] = byte(128 + 40*math.Sin(phase)*math.Sin(math.Pi*x))
	}
	var b bytes.Buffer
	b.WriteString("RIFF")
	le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a buffer does not fail
	le(uint32(36 + len(tone)))
	b.WriteString("WAVEfmt ")
	le(uint32(16))
	le([]uint16{1, 1})
	le([]uint32{rate, rate})
	le([]uint16{1, 8})
	b.WriteString("data")
	le(uint32(len(tone)))
	b.Write(tone)
	return b.Bytes()
}

// sampleVideo is a file that says it is an MP4 and holds no picture: enough to be stored and handed on.
func sampleVideo() []byte {
	return []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08mdat")
}

// sampleDocument is a PDF of one empty page.
func sampleDocument() []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 298 420]>>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	table := "0000000000 65535 f \n"
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj%sendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 4\n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table, start)
	return b.Bytes()
}
