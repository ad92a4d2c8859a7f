package demodata

// longVideoSize is that of the one video that is much larger than the others.
const longVideoSize = 25_000_000

// addOddities adds what real trees have and programs forget.
func (p *plan) addOddities() {
	p.addDir("vertex-ar/odd", 0o755)
	p.addDir("vertex-ar/odd/empty directory", 0o755)
	p.addDir("vertex-ar/odd/private", 0o700)
	p.addFile("vertex-ar/odd/private/contract.txt", 0o600, textContent, 3_000)
	p.addFile("vertex-ar/odd/empty file", 0o644, textContent, 0)
	p.addFile("vertex-ar/odd/name with  spaces .txt", 0o644, textContent, 700)
	p.addFile("vertex-ar/odd/make-previews.sh", 0o755, textContent, 1_200)
	p.addFile("vertex-ar/odd/read-only.txt", 0o444, textContent, 400)
	p.addFile("vertex-ar/odd/Портрет бабушки — копия (2).jpg", 0o640, jpegContent, 61_234)
	p.addFile("vertex-ar/odd/🎂 с днём рождения.jpg", 0o644, jpegContent, 54_321)
	p.addFile("vertex-ar/odd/new\nline.txt", 0o644, textContent, 77)
	p.addFile("vertex-ar/odd/long video.mp4", 0o644, mp4Content, max(300_000, int64(p.scale*longVideoSize)))
	p.addLink("vertex-ar/odd/latest.jpg", "Портрет бабушки — копия (2).jpg")
	p.addLink("vertex-ar/odd/dangling", "../no/such/file")
}
