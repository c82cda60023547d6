/** Addresses of the catalog's pages. */
export const catalogRoutes = {
  ecuType: (name: string) => `/catalog/types/${encodeURIComponent(name)}`,
  release: (id: string) => `/catalog/releases/${encodeURIComponent(id)}`,
  newRelease: (ecuType?: string) =>
    ecuType === undefined
      ? '/catalog/releases/new'
      : `/catalog/releases/new?ecuType=${encodeURIComponent(ecuType)}`,
};
