import ELK from 'elkjs/lib/elk.bundled.js';
import type { ElkNode } from 'elkjs/lib/elk-api';
import type { ViewValue } from '#lib/live/views.ts';

type Releases = ViewValue<'catalog'>['releases'];

export type GraphNode = {
  id: string;
  /** The release, where the catalog has one of exactly this version. */
  releaseId?: string;
  ecuType: string;
  version: string;
  state?: string;
  x: number;
  y: number;
};
export type GraphEdge = { id: string; from: string; to: string; label: string };
export type DependencyPicture = { nodes: GraphNode[]; edges: GraphEdge[] };

export const NODE_WIDTH = 224;
export const NODE_HEIGHT = 52;

/** Releases that need others or are needed, as nodes in layers: what is needed stands to the right. */
export async function layOutDependencies(releases: Releases): Promise<DependencyPicture> {
  const nodes = new Map<string, Omit<GraphNode, 'x' | 'y'>>();
  const edges: GraphEdge[] = [];
  const add = (ecuType: string, version: string): string => {
    const id = `${ecuType}\n${version}`;
    const release = releases.find(
      (candidate) => candidate.ecuType === ecuType && candidate.version === version,
    );
    nodes.set(id, {
      id,
      ecuType,
      version,
      ...(release ? { releaseId: release.id, state: release.state } : {}),
    });
    return id;
  };
  for (const release of releases) {
    for (const need of release.dependencies) {
      const from = add(release.ecuType, release.version);
      const to = add(need.ecuType, need.minimumVersion);
      edges.push({
        id: `${from}→${to}`,
        from,
        to,
        label: need.maySameCampaign ? 'or newer' : 'or newer, before',
      });
    }
  }
  const laidOut = await new ELK().layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '120',
      'elk.spacing.nodeNode': '24',
    },
    children: [...nodes.keys()].map((id): ElkNode => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: edges.map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  });
  const places = new Map(laidOut.children?.map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
  return {
    nodes: [...nodes.values()].map((node) => ({ ...node, ...(places.get(node.id) ?? { x: 0, y: 0 }) })),
    edges,
  };
}
