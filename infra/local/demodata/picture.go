package demodata

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
)

// The portraits' pixels and quality: the smallest file of a picture has 4,000 bytes.
const (
	pictureWidth   = 120
	pictureHeight  = 160
	pictureQuality = 60
)

// portrait returns a JPEG of a head and shoulders before a wall, in colours that
// noise chooses.
func portrait(noise *rand.ChaCha8) []byte {
	shade := func() color.RGBA {
		v := noise.Uint64()
		return color.RGBA{R: 64 + uint8(v)&127, G: 64 + uint8(v>>8)&127, B: 64 + uint8(v>>16)&127, A: 255} //nolint:gosec // a byte each
	}
	wall, coat, skin := shade(), shade(), color.RGBA{R: 224, G: 172, B: 140, A: 255}
	img := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	for y := range pictureHeight {
		for x := range pictureWidth {
			c := wall
			switch {
			case inside(x-pictureWidth/2, y-62, 28, 36):
				c = skin
			case inside(x-pictureWidth/2, y-pictureHeight, 52, 58):
				c = coat
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: pictureQuality}) // a buffer takes everything
	return out.Bytes()
}

// inside reports whether a point lies in the ellipse with those half axes around
// the origin.
func inside(x, y, a, b int) bool { return x*x*b*b+y*y*a*a <= a*a*b*b }
