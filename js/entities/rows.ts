/** What every row of the ready-made entities has. Times are ISO 8601 text. */
interface Stamped {
  created_at: string;
  updated_at: string;
  /** Grows with each change. */
  version: number;
}

/** What volunteers work for. */
export interface Project extends Stamped {
  id: number;
  name: string;
  status: 'draft' | 'active' | 'completed';
  city: string;
  budget: number;
  volunteers_needed: number;
  tags: string[];
}

/** A volunteer's for a project. */
export interface Application extends Stamped {
  id: number;
  project_id: number;
  volunteer_id: string;
  status: 'pending' | 'accepted' | 'rejected' | 'withdrawn';
  message: string | null;
}

/** Who works for projects. */
export interface Volunteer extends Stamped {
  /** A UUID. */
  id: string;
  name: string;
  city: string;
  available: boolean;
  skills: string[];
  hours: number;
}

/** A company's, to a project, once it is approved. */
export interface Payment extends Stamped {
  id: number;
  corporate_id: number;
  project_id: number;
  amount: number;
  currency: string;
  status: 'pending' | 'approved' | 'rejected';
}

/** An NGO. */
export interface Organization extends Stamped {
  id: number;
  name: string;
  verification_status: 'pending' | 'verified' | 'rejected';
  city: string;
}

/** Who uses the admin's pages. */
export interface AdminUser extends Stamped {
  id: number;
  name: string;
  email: string;
  role: 'viewer' | 'editor' | 'admin';
  status: 'active' | 'suspended';
  last_seen_at: string | null;
}

/** What waits for an admin's decision. */
export interface VettingItem extends Stamped {
  id: number;
  subject: string;
  organization_id: number | null;
  priority: number;
  status: 'pending' | 'approved' | 'rejected';
}
