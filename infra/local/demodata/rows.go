package demodata

import (
	"encoding/hex"
	"fmt"
	"path"
	"time"
)

// id returns something like a UUID, which is what the application's keys are.
func (p *plan) id() string {
	h := hex.EncodeToString(p.bytes(16))
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// stamp is a time as the application stores it.
func (p *plan) stamp() string { return p.someTime().Format(time.DateTime) }

func (p *plan) addUsers() {
	t := p.addTable("users", "username", "hashed_password", "is_admin", "is_active", "email", "full_name", "created_at", "last_login")
	for i := range userCount {
		var lastLogin any
		if i%3 != 2 {
			lastLogin = p.stamp()
		}
		login := fmt.Sprintf("user%02d", i+1)
		t.add(login, "pbkdf2$"+p.id(), i == 0, i%5 != 4, login+"@example.org", p.person(), p.stamp(), lastLogin)
	}
}

func (p *plan) addCompanies() {
	t := p.addTable("companies", "id", "name", "slug", "created_at")
	for i := range companyCount {
		t.add(p.id(), companies[i].name, companies[i].slug, p.stamp())
		p.addDir(companies[i].slug, 0o755)
	}
}

func (p *plan) addProjects() {
	t := p.addTable("projects", "id", "company_id", "name", "slug", "description", "created_at")
	for i := range projectCount {
		slug := fmt.Sprintf("project_%02d", i+1)
		t.add(p.id(), p.table("companies").key(i%companyCount), p.occasion(i), slug, "Съёмка, печать и AR-видео «под ключ»", p.stamp())
		dir := path.Join(companies[i%companyCount].slug, slug)
		p.addDir(dir, 0o755)
		p.addFile(path.Join(dir, "project.json"), 0o644, jsonContent, 900)
	}
}

func (p *plan) addFolders() {
	t := p.addTable("folders", "id", "project_id", "name", "position", "created_at")
	for i := range folderCount {
		t.add(p.id(), p.table("projects").key(i%projectCount), fmt.Sprintf("Папка №%d", i/projectCount+1), i/projectCount, p.stamp())
	}
}

func (p *plan) addClients() {
	t := p.addTable("clients", "id", "company_id", "phone", "name", "email", "discount", "created_at")
	for i := range p.count(clientCount) {
		var email any
		if i%4 == 0 {
			email = fmt.Sprintf("client%d@example.org", i)
		}
		phone := fmt.Sprintf("+7 9%02d %03d-%04d", i%100, p.rand.IntN(1000), i)
		t.add(p.id(), p.pick(p.table("companies")), phone, p.person(), email, p.rand.Float64()*0.3, p.stamp())
	}
}

func (p *plan) addPortraits() {
	t := p.addTable(
		"portraits", "id", "client_id", "folder_id", "image_path", "image_preview_path",
		"marker_fset", "marker_fset3", "marker_iset", "permanent_link", "qr_code", "view_count", "created_at",
	)
	for i := range p.count(portraitCount) {
		project := i % projectCount
		dir := p.portraitDir(i)
		p.addDir(dir, 0o755)
		media := func(name string, c content, size int64) string {
			p.addFile(path.Join(dir, name), 0o644, c, size)
			return path.Join(StorageName, dir, name)
		}
		t.add(
			p.id(), p.pick(p.table("clients")), p.table("folders").key(project+projectCount*(i%4)),
			media("image.jpg", jpegContent, p.between(50_000, 300_000, 5)),
			media("preview.jpg", jpegContent, p.between(4_000, 12_000, 1)),
			media("marker.fset", markerContent, p.between(10_000, 60_000, 2)),
			media("marker.fset3", markerContent, p.between(20_000, 200_000, 3)),
			media("marker.iset", markerContent, p.between(10_000, 80_000, 2)),
			"https://ar.example.org/p/"+p.id(), p.bytes(120), p.rand.IntN(5000), p.stamp(),
		)
	}
}

func (p *plan) portraitDir(i int) string {
	project := i % projectCount
	return path.Join(companies[project%companyCount].slug, fmt.Sprintf("project_%02d", project+1), fmt.Sprintf("portrait_%d", i+1))
}

func (p *plan) addVideos() {
	t := p.addTable("videos", "id", "portrait_id", "video_path", "video_preview_path", "is_active", "description", "created_at")
	portraits := p.table("portraits")
	for i := range p.count(videoCount) {
		portrait, k := i%len(portraits.rows), i/len(portraits.rows)+1
		video := path.Join(p.portraitDir(portrait), fmt.Sprintf("video_%d.mp4", k))
		preview := path.Join(p.portraitDir(portrait), fmt.Sprintf("video_%d.jpg", k))
		p.addFile(video, 0o644, mp4Content, p.between(200_000, 2_000_000, 14))
		p.addFile(preview, 0o644, jpegContent, p.between(4_000, 12_000, 1))
		t.add(
			p.id(), portraits.key(portrait), path.Join(StorageName, video), path.Join(StorageName, preview),
			k == 1, "Оживающий портрет 🎞 "+p.person(), p.stamp(),
		)
	}
}
