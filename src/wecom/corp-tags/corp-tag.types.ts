/** 企业标签组, page 92117. */
export interface WecomCorpTagGroup {
  id: string;
  name: string;
  createdAt: Date;
  /** 0 … 2^32 - 1, larger first. */
  order: number;
  /** WeCom reports deleted groups only when asked by id. */
  deleted: boolean;
  tags: WecomCorpTag[];
}

export interface WecomCorpTag {
  id: string;
  name: string;
  createdAt: Date;
  order: number;
  deleted: boolean;
}
