package demodata

import "fmt"

type company struct{ name, slug string }

//nolint:gochecknoglobals // word lists
var (
	companies = [companyCount]company{
		{"Vertex AR", "vertex-ar"},
		{"ООО «Живой портрет»", "zhivoy-portret"},
		{"Студия «Ёлка & Со»", "studio-yolka"},
	}
	firstNames = []string{"Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Зоя", "Илья", "Ксения", "Лев", "Мария", "Никита", "Ольга", "Пётр", "Раиса", "Семён", "Таисия", "Ульяна", "Фёдор", "Юлия", "Яков"}
	lastNames  = []string{"Абрамченко", "Белых", "Воронько", "Гончаренко", "Дурново", "Ейтс", "Живаго", "Заяц", "Исаенко", "Коваль", "Лысенко", "Мороз", "Нечай", "О’Коннор", "Полторацких", "Руденко", "Седых", "Ткач", "Франко", "Черных", "Шевчук", "Щербак"}
	occasions  = []string{"Свадьба", "Выпускной", "Юбилей", "Новый год", "Корпоратив", "Крестины", "Семейный альбом", "Лав-стори"}
)

// person returns a full name. The last names fit everybody.
func (p *plan) person() string {
	return firstNames[p.rand.IntN(len(firstNames))] + " " + lastNames[p.rand.IntN(len(lastNames))]
}

func (p *plan) occasion(i int) string {
	return fmt.Sprintf("%s — %d", occasions[i%len(occasions)], 2024+i/len(occasions))
}
