'use client';

import { Background, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import ELK from 'elkjs/lib/elk.bundled.js';
import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import '@xyflow/react/dist/style.css';
import { cn } from '#components/ui/cn.ts';
import { Version } from '#components/ui/mono.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Status } from '#components/ui/status.tsx';
import { type Ecu, EcuState } from './ecu-panel.tsx';

type EcuNode = Node<{ ecu: Ecu; isTcu: boolean }, 'ecu'>;
type Layout = { nodes: EcuNode[]; edges: { id: string; source: string; target: string; label?: string }[] };

const WIDTH = 190;
const HEIGHT = 74;
const NODE_TYPES = { ecu: EcuBox };

/** The ECUs below the TCU that speaks for them; updates under way are joined in their order. */
export function Topology({ ecus }: { ecus: Ecu[] }) {
  const [layout, setLayout] = useState<Layout>();
  const { resolvedTheme } = useTheme();
  useEffect(() => {
    let current = true;
    void layoutOf(ecus).then((next) => {
      if (current) setLayout(next);
    });
    return () => {
      current = false;
    };
  }, [ecus]);
  if (!layout) return <Skeleton className="m-4 h-80" />;
  return (
    <figure className="h-[26rem]">
      <figcaption className="sr-only">
        Topology of {ecus.length} ECUs below the TCU; the table shows the same as text.
      </figcaption>
      <ReactFlow
        nodes={layout.nodes}
        edges={layout.edges.map((edge) => ({
          ...edge,
          animated: false,
          style: {
            stroke: edge.label ? 'var(--running)' : 'var(--control)',
            strokeWidth: edge.label ? 2 : 1,
          },
          labelStyle: { fill: 'var(--fg)', fontSize: 11 },
          labelBgStyle: { fill: 'var(--surface)' },
        }))}
        nodeTypes={NODE_TYPES}
        colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
        fitView
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        nodesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={16} size={1} color="var(--line)" />
      </ReactFlow>
    </figure>
  );
}

function EcuBox({ data: { ecu, isTcu } }: NodeProps<EcuNode>) {
  const updating = ecu.targetVersion !== null && ecu.targetVersion !== ecu.softwareVersion;
  return (
    <div
      style={{ width: WIDTH, height: HEIGHT }}
      className={cn(
        'grid content-center gap-0.5 overflow-hidden rounded-md border bg-surface px-2.5 text-fg text-sm',
        updating ? 'border-running' : 'border-line',
        isTcu && 'border-2 border-accent',
      )}
    >
      <Handle type="target" position={Position.Top} className="opacity-0" />
      <span className="flex items-center justify-between gap-2">
        <strong className="truncate">{ecu.ecuId}</strong>
        <EcuState ecu={{ ...ecu, faults: [], swappedAt: null }} />
      </span>
      <span className="truncate">
        <Version text={ecu.softwareVersion} className="break-normal" />
      </span>
      {updating && (
        <Status tone="running" className="text-sm">
          {ecu.installOrder ? `${ecu.installOrder}. ` : ''}
          {ecu.targetVersion}
        </Status>
      )}
      <Handle type="source" position={Position.Bottom} className="opacity-0" />
    </div>
  );
}

async function layoutOf(ecus: Ecu[]): Promise<Layout> {
  const tcu = ecus.find(({ type, ecuId }) => type === 'TCU' || ecuId === 'TCU') ?? ecus[0];
  const others = ecus.filter((ecu) => ecu !== tcu);
  const root = tcu?.ecuId ?? '';
  const steps = others
    .filter(
      ({ installOrder, targetVersion, softwareVersion }) =>
        installOrder !== null && targetVersion !== softwareVersion,
    )
    .sort((a, b) => (a.installOrder ?? 0) - (b.installOrder ?? 0));
  const edges = [
    ...others.map(({ ecuId }) => ({ id: `below ${ecuId}`, source: root, target: ecuId })),
    ...steps.slice(1).map(({ ecuId }, index) => {
      return { id: `order ${ecuId}`, source: steps[index]?.ecuId ?? root, target: ecuId, label: 'then' };
    }),
  ];
  const graph = await new ELK().layout({
    id: 'vehicle',
    layoutOptions: {
      'elk.algorithm': 'mrtree',
      'elk.direction': 'DOWN',
      'elk.spacing.nodeNode': '16',
    },
    children: ecus.map(({ ecuId }) => ({ id: ecuId, width: WIDTH, height: HEIGHT })),
    edges: edges
      .filter(({ id }) => id.startsWith('below'))
      .map(({ id, source, target }) => ({ id, sources: [source], targets: [target] })),
  });
  const places = new Map(graph.children?.map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
  const columns = 4;
  return {
    edges,
    nodes: ecus.map((ecu) => {
      const isTcu = ecu === tcu;
      const index = others.indexOf(ecu);
      // A tree of one level is one endless line; from five ECUs on they are set in rows instead.
      const wide = others.length > columns;
      const row = Math.floor(index / columns);
      const place = isTcu
        ? { x: ((columns - 1) * (WIDTH + 24)) / 2, y: 0 }
        : { x: (index % columns) * (WIDTH + 24), y: (row + 1) * (HEIGHT + 44) };
      return {
        id: ecu.ecuId,
        type: 'ecu' as const,
        position: wide ? place : (places.get(ecu.ecuId) ?? place),
        data: { ecu, isTcu },
      };
    }),
  };
}
