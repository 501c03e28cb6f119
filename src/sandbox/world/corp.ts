import type {
  CorpState,
  CorpTag,
  CorpTagGroup,
  Department,
  GeneratedPlan,
  GroupChat,
  SandboxApp,
  StaffMember,
} from './corp.types.js';
import { CustomerBook } from './customer-book.js';
import { GeneratedCustomers } from './generated-customers.js';
import { seedId } from './random.js';

interface TagPlace {
  group: CorpTagGroup;
  tag: CorpTag;
}

const NONE_GENERATED: GeneratedPlan = {
  customers: 0,
  relationsPerCustomer: 1,
  tagsPerCustomer: 0,
  userIds: [],
  firstSeq: 1,
};

/** One corp with the look-ups that handlers and events need. Changes live in `mutations/`. */
export class Corp {
  readonly customers: CustomerBook;
  /** By user id in lower case: user ids compare without case (rest-api.md section 1). */
  private readonly staffById: Map<string, StaffMember>;
  /** Tags that were found once: a deleted one stays, marked, and none moves to another group. */
  private readonly tagPlaces = new Map<string, TagPlace>();

  constructor(readonly state: CorpState) {
    const generated = new GeneratedCustomers(state.seed, state.generated ?? NONE_GENERATED);
    this.customers = new CustomerBook(generated, state.customers);
    // The book owns them from here on; `toState` asks it.
    state.customers = [];
    this.staffById = new Map(state.staff.map((staff) => [staff.userId.toLowerCase(), staff]));
  }

  get corpId(): string {
    return this.state.corpId;
  }

  toState(): CorpState {
    return { ...this.state, customers: this.customers.kept() };
  }

  nextSeq(): number {
    return (this.state.lastSeq += 1);
  }

  newId(prefix: Parameters<typeof seedId>[0]): string {
    return seedId(prefix, this.state.seed, 'later', this.nextSeq());
  }

  app(place: number | 'assistant' | undefined): SandboxApp {
    const app = this.state.apps.find((candidate) =>
      place === 'assistant'
        ? candidate.kind === 'assistant'
        : candidate.kind === 'app' && (place ?? candidate.agentId) === candidate.agentId,
    );
    if (!app) throw new Error(`the corp has no such app: ${place}`);
    return app;
  }

  findStaff(userId: string): StaffMember | undefined {
    return this.staffById.get(userId.toLowerCase());
  }

  addStaff(staff: StaffMember): void {
    this.state.staff.push(staff);
    this.staffById.set(staff.userId.toLowerCase(), staff);
  }

  removeStaff(staff: StaffMember): void {
    this.state.staff = this.state.staff.filter((other) => other !== staff);
    this.staffById.delete(staff.userId.toLowerCase());
  }

  renameStaff(staff: StaffMember, userId: string): void {
    this.staffById.delete(staff.userId.toLowerCase());
    staff.userId = userId;
    this.staffById.set(userId.toLowerCase(), staff);
  }

  getStaff(userId: string): StaffMember {
    const staff = this.findStaff(userId);
    if (!staff) throw new Error(`no such member: ${userId}`);
    return staff;
  }

  findDepartment(id: number): Department | undefined {
    return this.state.departments.find((department) => department.id === id);
  }

  /** The department and everything below it. */
  subtree(rootIds: readonly number[]): Set<number> {
    const ids = new Set(rootIds.filter((id) => this.findDepartment(id)));
    let before = -1;
    while (ids.size !== before) {
      before = ids.size;
      for (const { id, parentId } of this.state.departments) if (ids.has(parentId)) ids.add(id);
    }
    return ids;
  }

  findTagGroup(id: string): CorpTagGroup | undefined {
    return this.state.tagGroups.find((group) => group.id === id);
  }

  findTag(id: string): TagPlace | undefined {
    const known = this.tagPlaces.get(id);
    if (known) return known;
    for (const group of this.state.tagGroups) {
      const tag = group.tags.find((candidate) => candidate.id === id);
      if (!tag) continue;
      this.tagPlaces.set(id, { group, tag });
      return { group, tag };
    }
    return undefined;
  }

  findGroupChat(id: string): GroupChat | undefined {
    return this.state.groupChats.find((chat) => chat.id === id);
  }
}
