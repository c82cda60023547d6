'use client';

import { Background, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import { useTheme } from 'next-themes';
import { useMemo } from 'react';
import '@xyflow/react/dist/style.css';
import { cn } from '#components/ui/cn.ts';
import { Status } from '#components/ui/status.tsx';
import type { BlockingEdge } from './blocking-edges.ts';
import { type Ecu, EcuState } from './ecu-panel.tsx';

type Side = 'left' | 'right' | 'hub';
type EcuNode = Node<{ ecu: Ecu; side: Side }, 'ecu'>;

const WIDTH = 180;
const HEIGHT = 64;
const GAP = 14;
const REACH = 110;
const NODE_TYPES = { ecu: EcuBox };

/**
 * The TCU in the middle with the ECUs that it speaks for on both sides, and the order in which updates under
 * way are installed. The places follow from the counts, so no layout engine is needed.
 */
export function Topology({ ecus, blocks }: { ecus: Ecu[]; blocks: BlockingEdge[] }) {
  const { resolvedTheme } = useTheme();
  const { nodes, edges } = useMemo(() => arrange(ecus, blocks), [ecus, blocks]);
  return (
    <figure style={{ height: Math.max(200, Math.ceil(ecus.length / 2) * 64 + 32) }}>
      <figcaption className="sr-only">
        Topology of {ecus.length} ECUs around the TCU; the table shows the same as text. {describeOrder(ecus)}{' '}
        {blocks.map(({ needed, waiting, label }) => `${needed} ${label}, for ${waiting}.`).join(' ')}
      </figcaption>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
        fitView
        style={{ background: 'var(--surface)' }}
        fitViewOptions={{ padding: 0.05, maxZoom: 1 }}
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

function EcuBox({ data: { ecu, side } }: NodeProps<EcuNode>) {
  const updating = isUpdating(ecu);
  const inner = side === 'left' ? Position.Right : Position.Left;
  const outer = side === 'left' ? Position.Left : Position.Right;
  return (
    <div
      style={{ width: WIDTH, height: HEIGHT }}
      className={cn(
        'grid content-center gap-0.5 overflow-hidden rounded-md border bg-surface px-2.5 text-fg text-sm',
        updating ? 'border-running' : 'border-line',
        side === 'hub' && 'border-2 border-accent',
      )}
    >
      <span className="flex items-center justify-between gap-2">
        <strong className="truncate">{ecu.ecuId}</strong>
        <EcuState ecu={{ ...ecu, faults: [], swappedAt: null }} />
      </span>
      <span className="truncate font-mono" title={ecu.softwareVersion}>
        {ecu.softwareVersion || 'empty'}
      </span>
      {updating && (
        <Status tone="running" className="truncate text-sm">
          {ecu.installOrder ? `${ecu.installOrder}. ` : ''}
          {ecu.targetVersion}
        </Status>
      )}
      {side === 'hub' ? (
        <>
          <Handle id="left" type="source" position={Position.Left} className="opacity-0" />
          <Handle id="right" type="source" position={Position.Right} className="opacity-0" />
        </>
      ) : (
        <>
          <Handle id="hub" type="target" position={inner} className="opacity-0" />
          <Handle id="before" type="target" position={outer} className="opacity-0" />
          <Handle id="after" type="source" position={outer} className="opacity-0" />
        </>
      )}
    </div>
  );
}

function isUpdating(ecu: Ecu): boolean {
  return ecu.targetVersion !== null && ecu.targetVersion !== ecu.softwareVersion;
}

function arrange(ecus: Ecu[], blocks: BlockingEdge[]): { nodes: EcuNode[]; edges: Edge[] } {
  const hub = ecus.find(({ type, ecuId }) => type === 'TCU' || ecuId === 'TCU') ?? ecus[0];
  if (!hub) return { nodes: [], edges: [] };
  const others = ecus.filter((ecu) => ecu !== hub);
  const perSide = Math.ceil(others.length / 2);
  const step = HEIGHT + GAP;
  const nodes = others.map((ecu, index): EcuNode => {
    const side = index < perSide ? 'left' : 'right';
    const x = side === 'left' ? 0 : 2 * (WIDTH + REACH);
    return { id: ecu.ecuId, type: 'ecu', position: { x, y: (index % perSide) * step }, data: { ecu, side } };
  });
  const middle = { x: WIDTH + REACH, y: ((perSide - 1) * step) / 2 };
  nodes.push({ id: hub.ecuId, type: 'ecu', position: middle, data: { ecu: hub, side: 'hub' } });
  const edges = others.map((ecu, index): Edge => {
    const side = index < perSide ? 'left' : 'right';
    const style = { stroke: isUpdating(ecu) ? 'var(--running)' : 'var(--control)' };
    return {
      id: `hub ${ecu.ecuId}`,
      source: hub.ecuId,
      sourceHandle: side,
      target: ecu.ecuId,
      targetHandle: 'hub',
      style,
    };
  });
  return { nodes, edges: [...edges, ...orderEdges(others), ...blockEdges(others, blocks)] };
}

function stepsOf(ecus: Ecu[]): Ecu[] {
  return ecus
    .filter((ecu) => ecu.installOrder !== null && isUpdating(ecu))
    .sort((a, b) => (a.installOrder ?? 0) - (b.installOrder ?? 0));
}

function describeOrder(ecus: Ecu[]): string {
  const steps = stepsOf(ecus);
  return steps.length === 0 ? '' : `Updated in this order: ${steps.map(({ ecuId }) => ecuId).join(', ')}.`;
}

/** From an ECU that is too old to the one whose update waits for it. */
function blockEdges(ecus: Ecu[], blocks: BlockingEdge[]): Edge[] {
  const present = new Set(ecus.map(({ ecuId }) => ecuId));
  return blocks
    .filter(({ needed, waiting }) => present.has(needed) && present.has(waiting))
    .map(({ needed, waiting, label }) => ({
      id: `block ${needed} ${waiting}`,
      source: needed,
      sourceHandle: 'after',
      target: waiting,
      targetHandle: 'before',
      label,
      style: { stroke: 'var(--failed)', strokeWidth: 2, strokeDasharray: '6 3' },
      labelStyle: { fill: 'var(--failed)', fontSize: 11 },
      labelBgStyle: { fill: 'var(--surface)' },
    }));
}

/** From each update to the one that may begin only after it. */
function orderEdges(ecus: Ecu[]): Edge[] {
  const steps = stepsOf(ecus);
  return steps.slice(1).map((ecu, index) => ({
    id: `order ${ecu.ecuId}`,
    source: steps[index]?.ecuId ?? ecu.ecuId,
    sourceHandle: 'after',
    target: ecu.ecuId,
    targetHandle: 'before',
    label: 'then',
    style: { stroke: 'var(--running)', strokeWidth: 2 },
    labelStyle: { fill: 'var(--fg)', fontSize: 11 },
    labelBgStyle: { fill: 'var(--surface)' },
  }));
}
