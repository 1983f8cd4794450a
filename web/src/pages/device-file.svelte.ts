import { get, Refusal, type Schema } from '../api/client';
import { Loaded } from '../api/loaded.svelte';

export type Posture = Schema['Posture'];
export type Evidence = Schema['Evidence'];
export type Boot = NonNullable<Schema['DeviceBoot']['boot']>;
export type Reason = Posture['reasons'][number];

/** All that the server has on one device, each part asked for by itself, so that one refusal hides no other part. */
export class DeviceFile {
  readonly subject: string;
  readonly posture = new Loaded<Posture>();
  readonly record = new Loaded<Schema['Device']>();
  readonly evidence = new Loaded<Evidence[]>();
  readonly sessions = new Loaded<Schema['Session'][]>();
  readonly decisions = new Loaded<Schema['Decision'][]>();
  readonly certificates = new Loaded<Schema['Certificate'][]>();
  /** Its measured boot, asked for once it is known to have quoted one. */
  readonly boot = new Loaded<Boot>();
  /** The gateway that it is behind; refused with 404 if there is none. */
  readonly attachment = new Loaded<Schema['Attachment']>();
  /** What asking for an attestation would do. */
  readonly attestation = new Loaded<Schema['AttestationEffect']>();

  constructor(readonly id: string) {
    this.subject = `device:${id}`;
  }

  load(): void {
    const { id, subject } = this;
    void this.posture.load((signal) => get('/postures/{subject}', { path: { subject }, signal }));
    void this.record.load((signal) => get('/devices/{id}', { path: { id }, signal }));
    void this.attachment.load((signal) => get('/devices/{id}/attachment', { path: { id }, signal }));
    void this.sessions.load(async (signal) => (await get('/sessions', { query: { subject }, signal })).items);
    void this.decisions.load(async (signal) => (await get('/decisions', { query: { subject, limit: '50' }, signal })).items);
    void this.certificates.load(async (signal) => (await get('/devices/{id}/certificates', { path: { id }, signal })).items);
    void this.attestation.load((signal) => get('/devices/{id}/attest', { path: { id }, signal }));
    void this.evidence.load((signal) => this.#evidence(signal)).then(() => {
      if (this.hasQuoted) void this.boot.load((signal) => this.#boot(signal));
    });
  }

  /** Whether its TPM has quoted a boot. */
  get hasQuoted(): boolean {
    return this.evidence.value?.some((evidence) => evidence.subject === this.subject && evidence.kind === 'boot' && evidence.source === 'attestation') ?? false;
  }

  async #boot(signal: AbortSignal): Promise<Boot> {
    const { boot } = await get('/devices/{id}/boot', { path: { id: this.id }, signal });
    if (!boot) throw new Error(`${this.id} has quoted no boot`);
    return boot;
  }

  /** Also of its product and its release: that counts for the device, without a copy. */
  async #evidence(signal: AbortSignal): Promise<Evidence[]> {
    const of = async (about: string) => (await get('/evidence', { query: { subject: about, limit: '200' }, signal })).items;
    const own = await of(this.subject);
    const links = new Set<string>();
    for (const evidence of own) {
      for (const claim of Object.values(evidence.claims)) if (claim.link) links.add(claim.link);
    }
    const linked = await Promise.all([...links].map(of));
    return [own, ...linked].flat().sort((a, b) => b.received.localeCompare(a.received));
  }

  /** Neither registered, nor was anything stated of it; or nothing can be called that. */
  get isUnknown(): boolean {
    const gone = (refusal: Refusal | undefined) => refusal?.status === 404 || refusal?.status === 400;
    return gone(this.posture.refusal) && gone(this.record.refusal);
  }

  evidenceOf(id: string | undefined): Evidence | undefined {
    return this.evidence.value?.find((evidence) => evidence.id === id);
  }

  leave(): void {
    [this.posture, this.record, this.evidence, this.sessions, this.decisions, this.certificates, this.attachment, this.attestation, this.boot].forEach((part) => part.leave());
  }
}
