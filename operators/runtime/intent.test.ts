import { describe, expect, test } from 'vitest';
import { confirm, isApplied, isConfirmed } from './intent.ts';

const intent = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x', namespace: 'n', labels: { app: 'x' } },
  spec: {
    selector: { matchLabels: { app: 'x' } },
    template: { spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] } },
  },
};
const live = {
  ...intent,
  metadata: { ...intent.metadata, uid: 'u', resourceVersion: '5', labels: { app: 'x', theirs: 'y' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'x' } },
    template: {
      spec: {
        containers: [
          {
            name: 'c',
            image: 'i',
            imagePullPolicy: 'Always',
            ports: [{ containerPort: 80, protocol: 'TCP' }],
          },
        ],
        dnsPolicy: 'ClusterFirst',
      },
    },
  },
  status: { replicas: 1 },
};
/** As kube-apiserver records it. */
const fields = {
  'f:metadata': { 'f:labels': { 'f:app': {} } },
  'f:spec': {
    'f:selector': {},
    'f:template': {
      'f:spec': {
        'f:containers': {
          'k:{"name":"c"}': {
            '.': {},
            'f:image': {},
            'f:name': {},
            'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
          },
        },
      },
    },
  },
};

/** A deep copy with one value changed. */
function change<T extends object>(value: T, edit: (copy: T) => void): T {
  const copy = structuredClone(value);
  edit(copy);
  return copy;
}

describe('an intent is applied already', () => {
  test('where the live object has its values and the server recorded the same fields', () => {
    expect(isApplied(intent, live, fields)).toBe(true);
  });

  test.each([
    [
      'a value of it was changed',
      change(live, (copy) => Object.assign(copy.metadata.labels, { app: 'z' })),
      fields,
    ],
    [
      'an item of a list was changed',
      change(live, (copy) => Object.assign(copy.spec.template.spec.containers[0] ?? {}, { image: 'j' })),
      fields,
    ],
    [
      'a thing that is replaced whole has more in it',
      change(live, (copy) => Object.assign(copy.spec.selector.matchLabels, { more: 'z' })),
      fields,
    ],
    [
      'it named another field before',
      live,
      change(fields, (copy) => Object.assign(copy['f:metadata']['f:labels'], { 'f:old': {} })),
    ],
    [
      'it names a field that it did not before',
      live,
      change(fields, (copy) => void Reflect.deleteProperty(copy, 'f:metadata')),
    ],
    [
      'an item of a list is gone',
      change(live, (copy) => void copy.spec.template.spec.containers.pop()),
      fields,
    ],
  ])('but not where %s', (_, changedLive, changedFields) => {
    expect(isApplied(intent, changedLive, changedFields)).toBe(false);
  });
});

describe('a confirmed intent', () => {
  const confirmed = confirm(intent, live);

  test('stays so while others change what is theirs', () => {
    const theirs = change(live, (copy) => {
      copy.status.replicas = 3;
      copy.spec.replicas = 3;
      copy.metadata.resourceVersion = '6';
    });
    expect(isConfirmed(confirmed, intent, theirs)).toBe(true);
  });

  test('ends when it changes, or when others change what it names', () => {
    expect(
      isConfirmed(confirmed, { ...intent, metadata: { name: 'x', namespace: 'n' } } as typeof intent, live),
    ).toBe(false);
    expect(
      isConfirmed(
        confirmed,
        intent,
        change(live, (copy) => Object.assign(copy.metadata.labels, { app: 'z' })),
      ),
    ).toBe(false);
  });
});
