'use client';

import '@xyflow/react/dist/base.css';
import {
  Background,
  Controls,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import Link from 'next/link';
import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { catalogRoutes } from './catalog-routes.ts';
import {
  type DependencyPicture,
  type GraphNode,
  layOutDependencies,
  NODE_HEIGHT,
  NODE_WIDTH,
} from './dependency-layout.ts';
import { ReleaseStatus } from './release-table.tsx';

type Releases = ViewValue<'catalog'>['releases'];
type ReleaseNode = Node<GraphNode, 'release'>;

const NODE_TYPES = { release: ReleaseBox };

/** The dependency graph; every node links to its release, the table says the same in words. */
export function DependencyGraph({ releases }: { releases: Releases }) {
  const { resolvedTheme } = useTheme();
  const [picture, setPicture] = useState<DependencyPicture>();
  const [failed, setFailed] = useState(false);
  const shape = JSON.stringify(
    releases.map(({ id, state, version, dependencies }) => [id, state, version, dependencies]),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: laid out anew when its shape changes only.
  useEffect(() => {
    let current = true;
    layOutDependencies(releases).then(
      (next) => current && setPicture(next),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [shape]);
  if (failed) return <ErrorNote className="m-4">The graph could not be drawn; the table shows it.</ErrorNote>;
  if (!picture) return <Skeleton className="m-4 h-[28rem]" />;
  return (
    <figure>
      <figcaption className="sr-only">{summaryOf(picture)} The table says the same in words.</figcaption>
      <div className="h-[32rem]">
        <ReactFlow<ReleaseNode>
          aria-label="Dependencies between releases"
          colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
          nodeTypes={NODE_TYPES}
          nodes={picture.nodes.map((node) => ({
            id: node.id,
            type: 'release',
            position: { x: node.x, y: node.y },
            data: node,
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
            ariaLabel: `${node.ecuType} ${node.version}`,
          }))}
          edges={picture.edges.map(({ id, from, to, label }) => ({
            id,
            source: from,
            target: to,
            label,
            ariaLabel: `${from.replace('\n', ' ')} needs ${to.replace('\n', ' ')} ${label}`,
            style: { stroke: 'var(--control)' },
            markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--control)' },
            labelStyle: { fill: 'var(--muted)', fontSize: 11 },
            labelBgStyle: { fill: 'var(--surface)' },
          }))}
          fitView
          style={{ background: 'var(--surface)' }}
          fitViewOptions={{ maxZoom: 1, padding: 0.15 }}
          minZoom={0.2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          preventScrolling={false}
          proOptions={{ hideAttribution: true }}
        >
          <Background color="var(--line)" gap={24} />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
    </figure>
  );
}

function summaryOf({ nodes, edges }: DependencyPicture): string {
  const needing = new Set(edges.map(({ from }) => from)).size;
  const needed = new Set(edges.map(({ to }) => to)).size;
  return `Dependencies between ${formatCount(nodes.length)} releases: ${formatCount(needing)} need others, ${formatCount(needed)} are needed.`;
}

function ReleaseBox({ data }: NodeProps<ReleaseNode>) {
  const body = (
    <>
      <span className="flex min-w-0 items-center justify-between gap-2">
        <span className="min-w-0 truncate font-medium">{data.ecuType}</span>
        {data.state ? (
          <ReleaseStatus state={data.state} />
        ) : (
          <span className="whitespace-nowrap text-muted text-sm">no release</span>
        )}
      </span>
      <span className="truncate font-mono text-sm">{data.version}</span>
    </>
  );
  const look =
    'nodrag nopan pointer-events-auto grid h-[52px] w-[224px] grid-cols-1 content-center rounded-md border border-line bg-surface px-2.5 text-fg';
  return (
    <>
      <Handle type="target" position={Position.Left} className="invisible" />
      {data.releaseId ? (
        <Link href={catalogRoutes.release(data.releaseId)} className={`${look} hover:border-control`}>
          {body}
        </Link>
      ) : (
        <div className={look}>{body}</div>
      )}
      <Handle type="source" position={Position.Right} className="invisible" />
    </>
  );
}
