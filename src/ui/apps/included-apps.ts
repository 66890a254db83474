// The apps that come along with this release: offered, and installed like any other.
export const includedApps = (): readonly string[] => ['notes', 'photos'].map((name) => new URL(`/apps/${name}/nexus-app.json`, location.href).href);
