CREATE TABLE users (
    username        TEXT PRIMARY KEY,
    hashed_password TEXT NOT NULL,
    is_admin        INTEGER NOT NULL DEFAULT 0,
    is_active       INTEGER NOT NULL DEFAULT 1,
    email           TEXT,
    full_name       TEXT,
    created_at      TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_login      TIMESTAMP
);

CREATE TABLE companies (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    slug       TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE projects (
    id          TEXT PRIMARY KEY,
    company_id  TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    slug        TEXT NOT NULL,
    description TEXT,
    created_at  TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (company_id, slug)
);

CREATE TABLE folders (
    id         TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    position   INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE clients (
    id         TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    phone      TEXT NOT NULL,
    name       TEXT NOT NULL,
    email      TEXT,
    discount   REAL NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE portraits (
    id                 TEXT PRIMARY KEY,
    client_id          TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    folder_id          TEXT REFERENCES folders (id) ON DELETE SET NULL,
    image_path         TEXT NOT NULL,
    image_preview_path TEXT,
    marker_fset        TEXT NOT NULL,
    marker_fset3       TEXT NOT NULL,
    marker_iset        TEXT NOT NULL,
    permanent_link     TEXT NOT NULL UNIQUE,
    qr_code            BLOB,
    view_count         INTEGER NOT NULL DEFAULT 0,
    created_at         TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE videos (
    id                 TEXT PRIMARY KEY,
    portrait_id        TEXT NOT NULL REFERENCES portraits (id) ON DELETE CASCADE,
    video_path         TEXT NOT NULL,
    video_preview_path TEXT,
    is_active          INTEGER NOT NULL DEFAULT 0,
    description        TEXT,
    created_at         TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX idx_projects_company ON projects (company_id);
CREATE INDEX idx_folders_project ON folders (project_id, position);
CREATE INDEX idx_clients_company ON clients (company_id);
CREATE UNIQUE INDEX idx_clients_phone ON clients (phone);
CREATE INDEX idx_portraits_client ON portraits (client_id);
CREATE INDEX idx_portraits_folder ON portraits (folder_id) WHERE folder_id IS NOT NULL;
CREATE INDEX idx_videos_portrait ON videos (portrait_id, is_active);
